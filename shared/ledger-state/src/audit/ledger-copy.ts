import type { CardId, OpId } from "@scrip/domain";
import type { Policy } from "@scrip/merkle-log";
import type { CryptoSuite } from "@scrip/signing";
import type { LedgerReader } from "../state/ledger-reader.ts";
import type { FindingSink } from "./finding.ts";
import type { KnownLeaf } from "./known-leaf.ts";

/** What an audit reads of a copy of the ledger, all of one moment; a follower store has this shape. */
export interface LedgerCopy extends LedgerReader {
  /** Number of log entries. */
  size(): number;
  entries(from: number, count: number): Uint8Array[];
  blocks(
    fromIndex: number,
    limit: number,
  ): { readonly height: number; readonly fromIndex: number; readonly size: number }[];
  /** Without size: the newest note kept. */
  checkpoint(size?: number): string | undefined;
  indexOfEvent(eventId: string): number | undefined;
  indexOfOperation(opId: OpId): number | undefined;
  history(cardId: CardId, after: number, limit: number): number[];
  controlEvents(after: number, limit: number): number[];
  listed(list: string, after: number, limit: number): number[];
  lookupCounts(): LookupCounts;
}

/** How many look-ups a copy keeps, by kind. */
export interface LookupCounts {
  /** Ids. */
  readonly events: number;
  readonly operations: number;
  /** Places in the log, over all cards, and over all lists. */
  readonly cards: number;
  readonly control: number;
  readonly listed: number;
}

/** What is to be audited, against whom, and who hears of it. */
export interface LedgerAudit {
  readonly copy: LedgerCopy;
  readonly suite: CryptoSuite;
  /** The chain id: the only log whose checkpoints count. */
  readonly origin: string;
  readonly policy: Policy;
  /** Whether the copy keeps indexes for those who serve queries. */
  readonly indexed: boolean;
  readonly onFinding: FindingSink;
  /** Hears of every leaf whose state is what the map has. */
  readonly onLeaf?: (leaf: KnownLeaf) => void;
  /** Called every now and then. */
  readonly onProgress?: (progress: AuditProgress) => void;
}

export interface AuditProgress {
  readonly part: "entries" | "leaves";
  readonly done: number;
  readonly total: number;
}

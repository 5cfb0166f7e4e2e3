import {
  encodeEntry,
  equalBytes,
  type SealEntry,
  type ShardHead,
  toHex,
  type TotalsLeaf,
} from "@scrip/wire";
import type { CryptoSuite } from "@scrip/signing";
import { LedgerStateError } from "../ledger-error.ts";
import { decodeMeta, type LedgerMeta } from "../state/ledger-meta.ts";
import type { LedgerReader } from "../state/ledger-reader.ts";
import type { FindingPart } from "./finding.ts";
import type { KnownLeaf } from "./known-leaf.ts";
import type { LedgerAudit } from "./ledger-copy.ts";
import { type AuditedLog, LogAudit } from "./log-audit.ts";
import { auditMap, type AuditedMap } from "./map-audit.ts";

/** What an audit of one copy of the ledger looked at. Whether it is sound is for the findings to say. */
export interface AuditedLedger {
  readonly height: number;
  readonly entries: number;
  /** Size of the newest checkpoint that the quorum has signed. */
  readonly signedSize: number;
  readonly cosignedBy: readonly string[];
  readonly leaves: number;
  readonly cards: number;
  /** Heads of the streams, by shard, as the map has them. */
  readonly heads: readonly ShardHead[];
}

/**
 * Rehashes all of a copy of the ledger: entries against tiles, tiles against the root that the quorum has signed, every
 * state against the map, the map against the seal that is the head, the shards' streams against their heads. Each thing
 * that is wrong is told to `onFinding`, and the rest is looked at all the same. Memory does not grow with the log.
 */
export function auditLedger(audit: LedgerAudit): AuditedLedger {
  const log = new LogAudit(audit).run();
  const meta = readMeta(audit);
  if (meta === undefined) return summary(log, undefined, []);
  const heads: ShardHead[] = [];
  let totals: TotalsLeaf | undefined;
  const map = auditMap(audit, meta, ({ kind, leaf }: KnownLeaf) => {
    if (kind === "shard-head") heads.push(leaf);
    if (kind === "totals") totals = leaf;
  });
  heads.sort((a, b) => a.shard - b.shard);
  for (const head of heads) log.streams.end(head);
  if (map.unread === 0) log.streams.requireEnded();
  compareMeta(audit, meta, log);
  compareSeal(audit, { log, meta, map, totals });
  return summary(log, map, heads);
}

/** Every leaf of a copy whose state is what the map has. @throws LedgerStateError STATE_CORRUPT without a meta record */
export function eachLeaf(
  copy: LedgerReader,
  suite: CryptoSuite,
  onLeaf: (leaf: KnownLeaf) => void,
): void {
  const meta = copy.meta();
  if (meta === undefined) throw new LedgerStateError("STATE_CORRUPT", "no meta record");
  auditMap({ copy, suite, onFinding: () => undefined }, decodeMeta(meta), onLeaf);
}

const summary = (
  { height, frontier, signedSize, cosignedBy }: AuditedLog,
  map: AuditedMap | undefined,
  heads: readonly ShardHead[],
): AuditedLedger => ({
  height,
  entries: frontier.size,
  signedSize,
  cosignedBy,
  leaves: map?.leaves ?? 0,
  cards: map?.cards ?? 0,
  heads,
});

function readMeta({ copy, onFinding }: LedgerAudit): LedgerMeta | undefined {
  const stored = copy.meta();
  if (stored === undefined) {
    onFinding({ part: "META", at: "meta record", what: "it is missing" });
    return undefined;
  }
  try {
    return decodeMeta(stored);
  } catch (error) {
    if (!(error instanceof LedgerStateError)) throw error;
    onFinding({ part: "META", at: "meta record", what: error.message });
    return undefined;
  }
}

function compareMeta({ onFinding }: LedgerAudit, meta: LedgerMeta, log: AuditedLog): void {
  const wrong = (what: string) => onFinding({ part: "META", at: "meta record", what });
  if (meta.height !== log.height) wrong(`height ${meta.height}, the last block is ${log.height}`);
  if (!equalBytes(meta.frontier, log.frontier.toBytes())) {
    wrong("its right edge of the log is not the one that the entries lead to");
  }
}

interface HeadParts {
  readonly log: AuditedLog;
  readonly meta: LedgerMeta;
  readonly map: AuditedMap;
  readonly totals: TotalsLeaf | undefined;
}

/** The last entry is a seal, and what it says of the map is so. */
function compareSeal({ onFinding }: LedgerAudit, { log, meta, map, totals }: HeadParts): void {
  const wrong = (part: FindingPart, at: string, what: string) => onFinding({ part, at, what });
  const { last } = log;
  if (last?.kind !== "seal") {
    wrong("SEAL", `entry ${log.frontier.size - 1}`, "the head of the log is no seal");
    return;
  }
  const root = toHex(map.root);
  if (last.mapRoot !== root) wrong("MAP", "map", `its root is ${root}, sealed is ${last.mapRoot}`);
  if (last.mapRoot !== toHex(meta.mapRoot)) wrong("META", "meta record", "another map root");
  if (last.timeMs !== meta.timeMs) wrong("META", "meta record", "another time than the seal's");
  if (map.unread === 0 && last.cards !== map.cards) {
    wrong("SEAL", "cards", `the map has ${map.cards}, sealed are ${last.cards}`);
  }
  if (totals !== undefined && !sameTotals(last, totals)) {
    wrong("SEAL", "totals", "those of the map are not the sealed ones");
  }
}

const sameTotals = (seal: SealEntry, { cards, totals }: TotalsLeaf): boolean =>
  equalBytes(encodeEntry(seal), encodeEntry({ ...seal, cards, totals }));

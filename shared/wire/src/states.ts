import type { Batch, Card, Operation, Participant, Program, Totals } from "@scrip/domain";

/*
 * What map leaves hold. Cards and operations are kept in two halves: the public half may be shown to anyone,
 * the private half is hidden behind a blind that only the parties know.
 */

/** A card as store record and map leaf keep it. */
export interface CardState {
  readonly card: Card;
  /** Leaf hash of the card's last event, 32 bytes hex. */
  readonly lastEventId: string;
  /** Nonce of that event, 16 bytes hex. */
  readonly nonce: string;
  /** True after a rejection, until an operator reconciles the card. */
  readonly diverged: boolean;
}

export interface OperationState {
  readonly operation: Operation;
  readonly lastEventId: string;
  readonly nonce: string;
  readonly diverged: boolean;
}

/** Current version, and what proves an export of one program complete. */
export interface ProgramLeaf {
  readonly programId: string;
  readonly currentVersion: number;
  /** Entries of this program so far. */
  readonly entries: number;
  /** SHA-256(chain ‖ leafHash) over its entries, hex. */
  readonly chain: string;
  readonly totals: Totals;
}

/** Head of one shard's stream on the ledger. */
export interface ShardHead {
  readonly shard: number;
  readonly epoch: number;
  readonly nextSeq: number;
  /** Stream chain before `nextSeq`, hex. */
  readonly chain: string;
}

export interface KeyLeaf {
  readonly name: string;
  readonly role: "WRITER" | "OPERATOR" | "RECEIPT";
  readonly publicKey: string;
}

export interface ValidatorsLeaf {
  readonly current: readonly { readonly name: string; readonly publicKey: string }[];
  readonly quorum: number;
}

export interface TotalsLeaf {
  readonly cards: number;
  readonly totals: Totals;
}

export interface ProtocolLeaf {
  readonly chainId: string;
  readonly shards: number;
  readonly cryptoSuite: string;
  readonly protocolVersion: number;
  readonly skewMaxMs: number;
  /** Height of the last seal. */
  readonly height: number;
}

/** Every leaf by its kind. */
export interface Leaves {
  readonly card: CardState;
  readonly operation: OperationState;
  readonly program: ProgramLeaf;
  readonly "program-version": Program;
  readonly batch: Batch;
  readonly participant: Participant;
  readonly key: KeyLeaf;
  readonly validators: ValidatorsLeaf;
  readonly "shard-head": ShardHead;
  readonly totals: TotalsLeaf;
  readonly protocol: ProtocolLeaf;
}

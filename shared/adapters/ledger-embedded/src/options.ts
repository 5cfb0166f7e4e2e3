import type { Clock, FollowerStore } from "@scrip/ports";
import type { CryptoSuite } from "@scrip/signing";
import type { NamedKey } from "@scrip/wire";

/** What genesis is to say. The validators' keys are made on first start and added. */
export interface ChainSettings {
  /** The log's origin, e.g. `scrip.example/main`. */
  readonly chainId: string;
  /** Card shards. */
  readonly shards: number;
  readonly writers: readonly NamedKey[];
  readonly operators: readonly NamedKey[];
  readonly receipts: readonly NamedKey[];
  /** How far an event's time may be ahead of its block's, milliseconds. */
  readonly skewMaxMs: number;
}

export interface EmbeddedLedgerLimits {
  /** Validators of a new chain. Four local keys rehearse a quorum; they are not Byzantine fault tolerance. */
  readonly validators: number;
  /** Events after which a block is full; one batch may go over. */
  readonly blockEventsMax: number;
  /** Bytes of events after which a block is full: those of a bulk step are large. One batch may go over. */
  readonly blockBytesMax: number;
  /** Batches waiting for a block; one more is told to come back. */
  readonly pendingBatchesMax: number;
  /** How often cosignatures are renewed, milliseconds. */
  readonly renewMs: number;
}

export const defaultLimits: EmbeddedLedgerLimits = {
  validators: 4,
  blockEventsMax: 2_000,
  blockBytesMax: 262_144,
  pendingBatchesMax: 1_000,
  renewMs: 5_000,
};

/** A checkpoint of this chain that was published, and is kept somewhere else than in the ledger's own store. */
export interface PublishedNote {
  readonly note: string;
  /** Where it is kept, in words. */
  readonly where: string;
  /** What to put back when the log does not reach it; a newer copy of the ledger, unless something better is known. */
  readonly remedy?: string;
}

export interface EmbeddedLedgerOptions {
  /** Keeps the validators' keys and what each has signed. Made when it is not there. */
  readonly directory: string;
  /** The validators' copy of the ledger; whoever opened it closes it, after the ledger. */
  readonly store: FollowerStore;
  readonly chain: ChainSettings;
  readonly clock: Clock;
  readonly suite: CryptoSuite;
  /** Checkpoints that bear our own signatures bind us, wherever they are kept: a log behind them is not cosigned. */
  readonly published?: readonly PublishedNote[];
  readonly limits?: Partial<EmbeddedLedgerLimits>;
}

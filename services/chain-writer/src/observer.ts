/** Why a shard no longer writes. */
export type StopReason =
  /** The ledger has another history of this shard. */
  | "FORK"
  /** The ledger refuses the batch: signature, writer, count, size or epoch. */
  | "REFUSED"
  /** The outbox does not know what the ledger has: it is an old copy. */
  | "STORE_BEHIND"
  /** Something failed that trying again cannot mend. */
  | "BROKEN";

/** What whoever watches a chain-writer hears. */
export interface WriterObserver {
  /** A batch is in a block that the quorum has made durable. */
  committed(shard: number, events: number): void;
  /** The ledger had more than was known here; own and ledger's chain agree there. */
  rebased(shard: number, nextSeq: number): void;
  /** An attempt failed; it is made again after a pause. */
  failed(shard: number, error: unknown): void;
  /** Events from `fromSeq` on are missing; the relay was asked for them, for the n-th time in a row. */
  missing(shard: number, fromSeq: number, attempt: number): void;
  /** The shard stopped and needs a human; the others go on. */
  stopped(shard: number, reason: StopReason, detail: string): void;
}

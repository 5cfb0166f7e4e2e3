/** Where a shard's stream stands: `chain` is the stream chain before `seq`, 32 bytes hex. */
export interface StreamPosition {
  readonly epoch: number;
  readonly seq: number;
  readonly chain: string;
}

export interface OutboxEntry {
  readonly seq: number;
  readonly eventId: string;
  readonly bytes: Uint8Array;
}

/**
 * Events saved and not yet known to be on the ledger: one gapless stream per shard, the control stream included.
 * Written only by `CardStore.save`, in the same atomic step as the cards.
 */
export interface Outbox {
  /** Streams: card shards + 1. */
  readonly streams: number;
  /** Entries from `fromSeq` on, in order, without gaps, at most `limit`. Empty at the head. */
  read(shard: number, fromSeq: number, limit: number): Promise<OutboxEntry[]>;
  /** Number that the next saved event of the shard will get. */
  nextSeq(shard: number): Promise<number>;
  /** The first position still kept; everything before it is on the ledger. */
  trimPoint(shard: number): Promise<StreamPosition>;
  /**
   * Forgets everything before `to` and remembers `to`, in one atomic step. Going back is ignored.
   * @throws PortError CONTRACT_BROKEN when `to` lies beyond the head.
   */
  trim(shard: number, to: StreamPosition): Promise<void>;
  /** Calls back soon after events of a shard were saved; several saves may share one call. Returns the way to stop. */
  onAppend(listener: (shard: number) => void): () => void;
}

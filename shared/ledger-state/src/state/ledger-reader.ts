import type { BucketStore } from "@scrip/state-map";
/**
 * What the state machine reads of the last committed block, synchronously. A follower store has this shape; nothing
 * else of it decides anything.
 */
export interface LedgerReader {
  /** What the last block left as `meta`; undefined before genesis. */
  meta(): Uint8Array | undefined;
  /** Stored state of a map leaf, by map key. */
  leaf(key: Uint8Array): Uint8Array | undefined;
  bucket(bucket: number): Uint8Array | undefined;
  /** Hash tile as far as it is filled. */
  tile(level: number, index: number): Uint8Array | undefined;
}

/** The reader as the place that the map's buckets are read from. */
export const bucketsOf = (reader: LedgerReader): BucketStore => ({
  read: (bucket) => reader.bucket(bucket),
});

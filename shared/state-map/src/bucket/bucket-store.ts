/**
 * A bucket's record as it is to be stored; `null` removes it. A bucket is named by the first 24 bits of the lowest key
 * that it could hold, as a number, whatever the map's depth: so a store that orders records and leaves by the bytes of
 * their keys can keep each record right before the leaves it covers.
 */
export interface BucketWrite {
  readonly bucket: number;
  readonly bytes: Uint8Array | null;
}

/** What the caller stores beside the records, in the same transaction: which buckets they are, and how many leaves. */
export interface MapShape {
  /** Leading key bits that choose a bucket, 0 to 24. It shows in no hash. */
  readonly depth: number;
  /** Leaves in the map. */
  readonly count: number;
}

/**
 * Where bucket records are read from. The map never writes: whoever asks for an update stores the records it returns,
 * with the shape, in a transaction of its own. Returned bytes need to stay valid only until the next call.
 */
export interface BucketStore {
  /** The record of a bucket, or undefined when it has no leaf. Shows what was last committed to the store. */
  read(bucket: number): Uint8Array | undefined;
}

/** The stored records are not those of the map: damaged, or of another version than the one in memory. */
export class MapStoreError extends Error {
  readonly code = "MAP_STORE_CORRUPT";
  /** The first bucket found to be wrong; undefined when only the sum over all of them is. */
  readonly bucket: number | undefined;

  constructor(reason: string, bucket?: number) {
    super(bucket === undefined ? reason : `bucket ${bucket}: ${reason}`);
    this.name = "MapStoreError";
    this.bucket = bucket;
  }
}

import { Bucket } from "./bucket.ts";
import { checkRecord, draftOf, hashDraft } from "./change-bucket.ts";
import type { BucketStore, BucketWrite, MapShape } from "./bucket-store.ts";
import { NodeHasher, type Hash } from "../hashing.ts";
import { bucketDepthMax, bucketOf, bucketSpan } from "../key.ts";

/**
 * Leaves in a bucket, on average, before the map wants more buckets. A record and the leaves it covers then lie on one
 * page of a store, or two.
 */
export const bucketLeavesMax = 8;

/** The smallest depth at which buckets have at most 8 leaves on average. */
export function depthFor(leaves: number): number {
  const depth = Math.ceil(Math.log2(Math.max(1, leaves / bucketLeavesMax)));
  return Math.min(depth, bucketDepthMax);
}

/** A store's records spread over more buckets; the root stays the same. */
export interface Rebucketing {
  readonly shape: MapShape;
  /**
   * The writes, made while being read; each record is read before a write takes its place, so they may go straight into
   * the store. They and the shape must become visible together: in one transaction, or in a new store.
   */
  readonly writes: Iterable<BucketWrite>;
}

/**
 * Spreads the records over enough buckets for twice the leaves, or returns undefined while there are enough.
 * To be done before opening the map: an open map keeps its depth. Checks every record on the way.
 * @throws MapStoreError while reading the writes, when a record is damaged
 */
export function rebucket(opening: {
  readonly hash: Hash;
  readonly store: BucketStore;
  readonly shape: MapShape;
}): Rebucketing | undefined {
  const { hash, store, shape } = opening;
  if (depthFor(shape.count) <= shape.depth) return undefined;
  const depth = depthFor(2 * shape.count);
  const writes = splitAll(new NodeHasher(hash), store, { from: shape.depth, to: depth });
  return { shape: { depth, count: shape.count }, writes };
}

interface Depths {
  readonly from: number;
  readonly to: number;
}

// The first part of a bucket takes its name, the others names that no bucket had: none overwrites one still unread.
function* splitAll(hasher: NodeHasher, store: BucketStore, depths: Depths): Iterable<BucketWrite> {
  for (let number = 0; number < 2 ** bucketDepthMax; number += bucketSpan(depths.from)) {
    const bytes = store.read(number)?.slice();
    if (bytes === undefined) continue;
    checkRecord(hasher, { bucket: number, bytes }, depths.from);
    for (const write of split(hasher, { number, bucket: new Bucket(number, bytes) }, depths))
      if (write.bytes !== null || write.bucket === number) yield write;
  }
}

function* split(
  hasher: NodeHasher,
  { number, bucket }: { readonly number: number; readonly bucket: Bucket },
  depths: Depths,
): Iterable<BucketWrite> {
  const end = number + bucketSpan(depths.from);
  let from = 0;
  for (let part = number; part < end; part += bucketSpan(depths.to)) {
    let to = from;
    while (to < bucket.count && bucketOf(bucket.key(to), depths.to) === part) to++;
    const draft = draftOf(bucket.entries({ from, to }));
    hashDraft(hasher, draft, depths.to);
    yield { bucket: part, bytes: from === to ? null : draft.bytes };
    from = to;
  }
}

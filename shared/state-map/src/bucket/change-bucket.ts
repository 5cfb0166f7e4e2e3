import { compareBytes, equalBytes } from "../bytes.ts";
import { hashBytes, type NodeHasher, type Subtree } from "../hashing.ts";
import { bucketOf } from "../key.ts";
import { Bucket, entryBytes, type Range } from "./bucket.ts";
import { MapStoreError } from "./bucket-store.ts";

/** One key's new value hash; `null` removes the key. */
export interface MapChange {
  readonly key: Uint8Array;
  readonly valueHash: Uint8Array | null;
}

/** Entries in the order of their keys, and which of them the hashes in the record do not cover yet. */
export interface DraftRecord {
  readonly bytes: Uint8Array;
  /** 1 for each entry that is new, changed, or was next to a removed one: any node above it is hashed again. */
  readonly stale: Uint8Array;
}

/** Makes changes to a bucket's entries; they stand in the order of their keys, each key once. */
export function mergeEntries(old: Bucket, changes: readonly MapChange[]): DraftRecord {
  const bytes = new Uint8Array((old.count + changes.length) * entryBytes);
  const stale = new Uint8Array(old.count + changes.length + 1);
  let count = 0;
  let taken = 0;
  const takeUntil = (end: number): void => {
    bytes.set(old.entries({ from: taken, to: end }), count * entryBytes);
    count += end - taken;
    taken = end;
  };
  for (const { key, valueHash } of changes) {
    const { entry, found } = old.seek(key, taken);
    takeUntil(entry);
    if (found) taken++;
    if (valueHash !== null) {
      bytes.set(key, count * entryBytes + hashBytes);
      bytes.set(valueHash, count * entryBytes + 2 * hashBytes);
      stale[count++] = 1;
    } else if (found) {
      // Every node above the removed leaf stood above one of its neighbours, or above nothing else.
      stale[count] = 1;
      if (count > 0) stale[count - 1] = 1;
    }
  }
  takeUntil(old.count);
  return { bytes: bytes.subarray(0, count * entryBytes), stale };
}

/** Fills in the hashes of a draft, which becomes the record of a bucket named by `depth` bits. */
export function hashDraft(hasher: NodeHasher, draft: DraftRecord, depth: number): Subtree {
  const { bytes, stale } = draft;
  const bucket = new Bucket(0, bytes);
  const hashRange = (range: Range, bit: number): Subtree => {
    const { from, to } = range;
    const firstStale = stale.indexOf(1, from);
    if (to - from < 2 || firstStale === -1 || firstStale >= to)
      return bucket.subtree(hasher, range, bit);
    const middle = bucket.split(range, bit);
    const left = hashRange({ from, to: middle }, bit + 1);
    const joined = hasher.join(left, hashRange({ from: middle, to }, bit + 1));
    if (from < middle && middle < to) bytes.set(joined.hash, middle * entryBytes);
    return joined;
  };
  const subtree = hashRange({ from: 0, to: bucket.count }, depth);
  if (bucket.count > 0) bytes.set(subtree.hash, 0);
  return subtree;
}

/** A draft of some entries that trusts none of the hashes in them. */
export function draftOf(entries: Uint8Array): DraftRecord {
  return { bytes: entries.slice(), stale: new Uint8Array(entries.length / entryBytes).fill(1) };
}

/** Hashes a record again and compares everything. @throws MapStoreError naming the bucket */
export function checkRecord(
  hasher: NodeHasher,
  { bucket: number, bytes }: { readonly bucket: number; readonly bytes: Uint8Array },
  depth: number,
): void {
  const bucket = new Bucket(number, bytes);
  for (let entry = 0; entry < bucket.count; entry++) {
    const key = bucket.key(entry);
    if (bucketOf(key, depth) !== number) throw new MapStoreError("a key of another bucket", number);
    if (entry > 0 && compareBytes(bucket.key(entry - 1), key) >= 0)
      throw new MapStoreError("its keys are out of order", number);
  }
  const draft = draftOf(bytes);
  hashDraft(hasher, draft, depth);
  if (!equalBytes(draft.bytes, bytes))
    throw new MapStoreError("its leaves do not hash to the hashes beside them", number);
}

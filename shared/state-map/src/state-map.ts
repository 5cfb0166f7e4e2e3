import { Bucket } from "./bucket/bucket.ts";
import {
  MapStoreError,
  type BucketStore,
  type BucketWrite,
  type MapShape,
} from "./bucket/bucket-store.ts";
import { checkRecord, hashDraft, mergeEntries, type MapChange } from "./bucket/change-bucket.ts";
import { proveInBucket } from "./bucket/prove-in-bucket.ts";
import { compareBytes, equalBytes } from "./bytes.ts";
import { NodeHasher, require32, type Hash } from "./hashing.ts";
import { bitAt, bucketOf } from "./key.ts";
import type { MapProof } from "./proof/map-proof.ts";
import { UpperNodes, type ChangedNode } from "./upper-nodes.ts";

/** What a batch of changes makes of the map: store `writes` and `shape` in one transaction, then `commit`. */
export interface MapUpdate {
  readonly root: Uint8Array;
  readonly shape: MapShape;
  /** The records to write or remove, in ascending order of buckets. */
  readonly writes: readonly BucketWrite[];
}

export interface MapOpening {
  readonly hash: Hash;
  readonly store: BucketStore;
  /** As stored with the last update; for a new map `{ depth: depthFor(leaves it will hold), count: 0 }`. */
  readonly shape: MapShape;
  /** Hashes every leaf again instead of trusting the root each record states. */
  readonly verify?: boolean;
}

/**
 * A sparse Merkle map from 32-byte keys to 32-byte value hashes. Leaves lie in the store, one record for each prefix of
 * keys; the nodes above them in memory. One update may be in flight at a time: `update`, store what it returns,
 * `commit`. Between the store's commit and `commit` here the map must not be read.
 */
export class StateMap {
  readonly #hasher: NodeHasher;
  readonly #store: BucketStore;
  readonly #upper: UpperNodes;
  #count: number;
  #pending: { readonly update: MapUpdate; readonly changed: readonly ChangedNode[] } | undefined;

  /**
   * Reads every record once, in the order of keys.
   * @throws RangeError when the depth is not a whole number of 0 to 24
   * @throws MapStoreError when records are missing or damaged; with `verify` it names the first wrong bucket
   * (without it, a damaged leaf is not seen: compare `root` with one that is signed)
   */
  static open(opening: MapOpening): StateMap {
    const map = new StateMap(opening);
    map.#load(opening.verify ?? false);
    return map;
  }

  private constructor({ hash, store, shape }: MapOpening) {
    this.#hasher = new NodeHasher(hash);
    this.#store = store;
    this.#upper = new UpperNodes(shape.depth);
    this.#count = shape.count;
  }

  get root(): Uint8Array {
    return this.#upper.hash(1).slice();
  }

  get shape(): MapShape {
    return { depth: this.#upper.depth, count: this.#count };
  }

  /** The value hash under a key, or undefined. */
  get(key: Uint8Array): Uint8Array | undefined {
    require32(key, "key");
    const bucket = this.#bucket(bucketOf(key, this.#upper.depth));
    const { entry, found } = bucket.seek(key);
    return found ? bucket.valueHash(entry).slice() : undefined;
  }

  /**
   * Computes a new version and leaves the map as it is; a former update that was not committed is forgotten.
   * Removing a key that is not there changes nothing.
   * @throws RangeError on a key given twice or anything but 32 bytes; MapStoreError
   */
  update(changes: Iterable<MapChange>): MapUpdate {
    const writes: BucketWrite[] = [];
    const buckets: ChangedNode[] = [];
    let count = this.#count;
    for (const [number, inBucket] of this.#byBucket(sorted(changes))) {
      const old = this.#bucket(number);
      const draft = mergeEntries(old, inBucket);
      const subtree = hashDraft(this.#hasher, draft, this.#upper.depth);
      const { count: leaves } = new Bucket(number, draft.bytes);
      count += leaves - old.count;
      writes.push({ bucket: number, bytes: leaves === 0 ? null : draft.bytes });
      buckets.push({ node: this.#upper.nodeOf(number), subtree });
    }
    const changed = this.#upper.climb(this.#hasher, buckets);
    const root = changed.at(-1)?.subtree.hash.slice() ?? this.root;
    const update = { root, shape: { depth: this.#upper.depth, count }, writes };
    this.#pending = { update, changed };
    return update;
  }

  /**
   * Makes an update's version the map's own. The store must show the update's records by now.
   * @throws Error unless it is the newest update, computed from the version the map has
   */
  commit(update: MapUpdate): void {
    if (this.#pending?.update !== update)
      throw new Error("only the newest update can be committed, once");
    for (const { node, subtree } of this.#pending.changed) this.#upper.set(node, subtree);
    this.#count = update.shape.count;
    this.#pending = undefined;
  }

  /** Proves which value hash a key has, or that it has none. @throws MapStoreError */
  prove(key: Uint8Array): MapProof {
    require32(key, "key");
    const { depth } = this.#upper;
    const siblings: (Uint8Array | null)[] = [];
    let node = 1;
    while (siblings.length < depth && this.#upper.leaves(node) === 2) {
      const child = 2 * node + bitAt(key, siblings.length);
      siblings.push(
        this.#upper.leaves(child ^ 1) === 0 ? null : this.#upper.hash(child ^ 1).slice(),
      );
      node = child;
    }
    if (this.#upper.leaves(node) === 0) return { terminal: { kind: "empty" }, siblings };
    const bucket = this.#bucket(this.#bucketUnder(node));
    return proveInBucket({ hasher: this.#hasher, bucket, key }, siblings);
  }

  /** The bucket below a node that has one leaf, or is a bucket. */
  #bucketUnder(node: number): number {
    let below = node;
    while (below < this.#upper.nodeOf(0))
      below = 2 * below + (this.#upper.leaves(2 * below) === 0 ? 1 : 0);
    return this.#upper.bucketAt(below);
  }

  #bucket(number: number): Bucket {
    const bucket = new Bucket(number, this.#store.read(number));
    const { leaves, hash } = this.#upper.at(this.#upper.nodeOf(number));
    if (bucket.stated.leaves !== leaves || !equalBytes(bucket.stated.hash, hash))
      throw new MapStoreError("its record is not of the committed version", number);
    return bucket;
  }

  *#byBucket(changes: readonly MapChange[]): Iterable<[number, MapChange[]]> {
    let from = 0;
    for (let to = 1; to <= changes.length; to++) {
      const [first, next] = [changes[from], changes[to]];
      if (first === undefined) return;
      const bucket = bucketOf(first.key, this.#upper.depth);
      if (next !== undefined && bucketOf(next.key, this.#upper.depth) === bucket) continue;
      yield [bucket, changes.slice(from, to)];
      from = to;
    }
  }

  #load(verify: boolean): void {
    // An empty map has no records.
    if (this.#count === 0) return;
    let count = 0;
    for (const bucket of this.#upper.buckets()) {
      const bytes = this.#store.read(bucket);
      if (bytes === undefined) continue;
      if (verify) checkRecord(this.#hasher, { bucket, bytes }, this.#upper.depth);
      const { stated, count: leaves } = new Bucket(bucket, bytes);
      this.#upper.set(this.#upper.nodeOf(bucket), stated);
      count += leaves;
    }
    if (count !== this.#count)
      throw new MapStoreError(`the records hold ${count} leaves, not ${this.#count}`);
    this.#upper.hashAll(this.#hasher);
  }
}

/** The changes in the order of their keys. @throws RangeError */
function sorted(changes: Iterable<MapChange>): MapChange[] {
  const list = [...changes];
  for (const { key, valueHash } of list) {
    require32(key, "key");
    if (valueHash !== null) require32(valueHash, "value hash");
  }
  list.sort((left, right) => compareBytes(left.key, right.key));
  let former: Uint8Array | undefined;
  for (const { key } of list) {
    if (former !== undefined && equalBytes(former, key))
      throw new RangeError("a key is given twice");
    former = key;
  }
  return list;
}

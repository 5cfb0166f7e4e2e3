import { compareBytes } from "../bytes.ts";
import { emptySubtree, hashBytes, pairBytes, type NodeHasher, type Subtree } from "../hashing.ts";
import { bitAt, sharedBits } from "../key.ts";
import { MapStoreError } from "./bucket-store.ts";

/** Length of an entry: a hash, the key, the value hash. */
export const entryBytes = hashBytes + pairBytes;
const keyAt = hashBytes;
const valueHashAt = 2 * hashBytes;
const noEntries = new Uint8Array(0);

/** Pairs that are neighbours in a bucket: `from` up to, not including, `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * A bucket's record: an entry for each leaf, in the order of keys. The hash in an entry is that of the node where its
 * key parts from the key before it; in the first entry, that of the bucket's whole subtree. So an untouched part of a
 * bucket is never hashed again, and a map opens without hashing a single leaf.
 */
export class Bucket {
  readonly count: number;
  readonly #record: Uint8Array;

  /** @throws MapStoreError when the bytes cannot be a record */
  constructor(number: number, record: Uint8Array = noEntries) {
    this.count = record.length / entryBytes;
    this.#record = record;
    if (!Number.isInteger(this.count))
      throw new MapStoreError(`a record of ${record.length} bytes`, number);
  }

  /** The bucket's whole subtree, as the first entry states it. */
  get stated(): Subtree {
    if (this.count === 0) return emptySubtree;
    return { leaves: this.count === 1 ? 1 : 2, hash: this.hash(0) };
  }

  /** Views of an entry's three parts. */
  hash(entry: number): Uint8Array {
    return this.#part(entry, 0);
  }
  key(entry: number): Uint8Array {
    return this.#part(entry, keyAt);
  }
  valueHash(entry: number): Uint8Array {
    return this.#part(entry, valueHashAt);
  }

  /** The bytes of some entries. */
  entries({ from, to }: Range): Uint8Array {
    return this.#record.subarray(from * entryBytes, to * entryBytes);
  }

  /** The first of some entries whose key has a 1 at this bit; all of them agree on the bits before it. */
  split({ from, to }: Range, bit: number): number {
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (bitAt(this.#record, bit, middle * entryBytes + keyAt) === 1) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The subtree at `bit` that some entries form, from the hashes in the record. Its hash may be a view. */
  subtree(hasher: NodeHasher, range: Range, bit: number): Subtree {
    const { from, to } = range;
    if (from === to) return emptySubtree;
    if (from + 1 === to) return this.leaf(hasher, from);
    const parting = sharedBits(this.key(from), this.#record, (to - 1) * entryBytes + keyAt);
    let hash = this.hash(this.split(range, parting));
    for (let level = parting - 1; level >= bit; level--)
      hash =
        bitAt(this.key(from), level) === 0
          ? hasher.node(hash, emptySubtree.hash)
          : hasher.node(emptySubtree.hash, hash);
    return { leaves: 2, hash };
  }

  leaf(hasher: NodeHasher, entry: number): Subtree {
    return { leaves: 1, hash: hasher.leaf(this.#record, entry * entryBytes + keyAt) };
  }

  /** Where a key stands, or would: the first entry of `from` on whose key is not smaller. */
  seek(key: Uint8Array, from = 0): { readonly entry: number; readonly found: boolean } {
    for (let entry = from; entry < this.count; entry++) {
      const order = compareBytes(key, this.#record, entry * entryBytes + keyAt);
      if (order <= 0) return { entry, found: order === 0 };
    }
    return { entry: this.count, found: false };
  }

  #part(entry: number, at: number): Uint8Array {
    const from = entry * entryBytes + at;
    return this.#record.subarray(from, from + hashBytes);
  }
}

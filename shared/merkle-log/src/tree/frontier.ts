import { concatBytes, readUint64, uint64 } from "../bytes.ts";
import type { Hash } from "../hash.ts";
import { hashBytes, nodeHash } from "../hash.ts";
import type { Subtree } from "./subtree.ts";
import { foldPeaks, rangeSubtrees } from "./subtree.ts";

/** Called with each complete subtree an append creates, smallest first: what a store has to keep. */
export type SubtreeListener = (subtree: Subtree, hash: Uint8Array) => void;

const sizeBytes = 8;

/**
 * The right edge of the tree: the hashes of the complete subtrees it is made of, widest first.
 * Enough to append and to know the root, at most 53 hashes whatever the size.
 */
export class Frontier {
  readonly #hash: Hash;
  #size: number;
  #peaks: Uint8Array[];

  private constructor(hash: Hash, size: number, peaks: Uint8Array[]) {
    this.#hash = hash;
    this.#size = size;
    this.#peaks = peaks;
  }

  /** The frontier of a log without entries. */
  static empty(hash: Hash): Frontier {
    return new Frontier(hash, 0, []);
  }

  /** Reads what {@link toBytes} wrote. @throws RangeError if the length does not fit the size. */
  static fromBytes(hash: Hash, bytes: Uint8Array): Frontier {
    const size = bytes.length < sizeBytes ? undefined : readUint64(bytes, 0);
    if (size === undefined) throw new RangeError("frontier: the size is missing or too large");
    const count = rangeSubtrees({ start: 0, end: size }).length;
    if (bytes.length !== sizeBytes + count * hashBytes) {
      throw new RangeError(`frontier: size ${size} needs exactly ${count} hashes`);
    }
    const peaks = Array.from({ length: count }, (_, at) =>
      bytes.slice(sizeBytes + at * hashBytes, sizeBytes + (at + 1) * hashBytes),
    );
    return new Frontier(hash, size, peaks);
  }

  /** Number of entries. */
  get size(): number {
    return this.#size;
  }

  /** Root over all entries so far, RFC 6962 §2.1. */
  root(): Uint8Array {
    return foldPeaks(this.#hash, this.#peaks);
  }

  /** Appends one leaf hash and reports the complete subtrees it finishes, the leaf itself first. */
  append(leafHash: Uint8Array, onSubtree?: SubtreeListener): void {
    if (leafHash.length !== hashBytes) {
      throw new RangeError(`a leaf hash has ${hashBytes} bytes, not ${leafHash.length}`);
    }
    let node = leafHash;
    let level = 0;
    let index = this.#size;
    onSubtree?.({ level, index }, node);
    // A subtree that ends at an odd index is a right child: its left sibling is the last peak.
    while (index % 2 === 1) {
      const left = this.#peaks.pop();
      if (left === undefined) throw new Error("frontier: fewer peaks than its size has bits");
      node = nodeHash(this.#hash, left, node);
      level += 1;
      index = (index - 1) / 2;
      onSubtree?.({ level, index }, node);
    }
    this.#peaks.push(node);
    this.#size += 1;
  }

  /** An independent copy; costs one array of at most 53 references. */
  clone(): Frontier {
    return new Frontier(this.#hash, this.#size, this.#peaks.slice());
  }

  /** Size as eight bytes big endian, then the hashes, widest subtree first. */
  toBytes(): Uint8Array {
    return concatBytes(uint64(this.#size), ...this.#peaks);
  }
}

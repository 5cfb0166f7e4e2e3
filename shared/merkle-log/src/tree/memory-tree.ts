import type { Hash } from "../hash.ts";
import { Frontier } from "./frontier.ts";
import type { HashReader } from "./subtree.ts";

/** Root of the tree over these leaf hashes, RFC 6962 §2.1. */
export function merkleRoot(hash: Hash, leafHashes: Iterable<Uint8Array>): Uint8Array {
  const frontier = Frontier.empty(hash);
  for (const leaf of leafHashes) frontier.append(leaf);
  return frontier.root();
}

/** A tree that keeps every complete subtree in memory, for batches, receipts and tests. */
export class MemoryTree {
  readonly #frontier: Frontier;
  readonly #levels: Uint8Array[][] = [];

  constructor(hash: Hash, leafHashes: Iterable<Uint8Array> = []) {
    this.#frontier = Frontier.empty(hash);
    for (const leaf of leafHashes) this.append(leaf);
  }

  get size(): number {
    return this.#frontier.size;
  }

  append(leafHash: Uint8Array): void {
    this.#frontier.append(leafHash, ({ level }, hash) => {
      // Subtrees of one level are finished from left to right, so pushing puts them in place.
      const hashes = (this.#levels[level] ??= []);
      hashes.push(hash);
    });
  }

  root(): Uint8Array {
    return this.#frontier.root();
  }

  /** Reads any complete subtree. @throws RangeError for one that is not complete yet. */
  readonly read: HashReader = ({ level, index }) => {
    const hash = this.#levels[level]?.[index];
    if (hash === undefined) {
      throw new RangeError(`no complete subtree at level ${level}, index ${index}`);
    }
    return hash;
  };
}

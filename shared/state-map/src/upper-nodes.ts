import { hashBytes, type Leaves, type NodeHasher, type Subtree } from "./hashing.ts";
import { bucketDepthMax, bucketSpan } from "./key.ts";

/** A node and the subtree that is to stand there. */
export interface ChangedNode {
  readonly node: number;
  readonly subtree: Subtree;
}

/**
 * The tree above the buckets in one buffer: 1 is the root, node n has the children 2n and 2n + 1, and the buckets are
 * the nodes from 2^depth on. 64 bytes a bucket, so 8 MiB at depth 17.
 */
export class UpperNodes {
  readonly depth: number;
  readonly #hashes: Uint8Array;
  readonly #leaves: Uint8Array;

  /** @throws RangeError when the depth is not a whole number of 0 to 24 */
  constructor(depth: number) {
    if (!Number.isInteger(depth) || depth < 0 || depth > bucketDepthMax)
      throw new RangeError(`a bucket depth of ${depth}`);
    this.depth = depth;
    this.#hashes = new Uint8Array(2 * 2 ** depth * hashBytes);
    this.#leaves = new Uint8Array(2 * 2 ** depth);
  }

  nodeOf(bucket: number): number {
    return 2 ** this.depth + bucket / bucketSpan(this.depth);
  }

  bucketAt(node: number): number {
    return (node - 2 ** this.depth) * bucketSpan(this.depth);
  }

  /** Every bucket there can be, ascending. */
  *buckets(): Iterable<number> {
    const span = bucketSpan(this.depth);
    for (let bucket = 0; bucket < 2 ** bucketDepthMax; bucket += span) yield bucket;
  }

  leaves(node: number): Leaves {
    const leaves = this.#leaves[node];
    return leaves === 1 || leaves === 2 ? leaves : 0;
  }

  /** A view that the next `set` of this node overwrites. */
  hash(node: number): Uint8Array {
    return this.#hashes.subarray(node * hashBytes, (node + 1) * hashBytes);
  }

  at(node: number): Subtree {
    return { leaves: this.leaves(node), hash: this.hash(node) };
  }

  set(node: number, subtree: Subtree): void {
    this.#leaves[node] = subtree.leaves;
    this.#hashes.set(subtree.hash, node * hashBytes);
  }

  /** Computes every node above the buckets from the buckets. */
  hashAll(hasher: NodeHasher): void {
    for (let node = 2 ** this.depth - 1; node >= 1; node--) {
      if (this.leaves(2 * node) + this.leaves(2 * node + 1) === 0) continue;
      this.set(node, hasher.join(this.at(2 * node), this.at(2 * node + 1)));
    }
  }

  /**
   * What changes above changed buckets, level by level up to the root, without changing anything here.
   * @param buckets in ascending order, each once
   * @returns the buckets and all nodes above them; the root comes last
   */
  climb(hasher: NodeHasher, buckets: readonly ChangedNode[]): ChangedNode[] {
    const changed = [...buckets];
    let from = 0;
    while (from < changed.length && (changed[from]?.node ?? 1) > 1) {
      const to = changed.length;
      while (from < to) from += this.#addParent(hasher, changed, from);
    }
    return changed;
  }

  /** Adds the parent of the changed node at `at`; returns how many changed nodes (1 or 2) it stands above. */
  #addParent(hasher: NodeHasher, changed: ChangedNode[], at: number): 1 | 2 {
    const child = changed[at];
    if (child === undefined) throw new RangeError("no changed node there");
    const { node, subtree } = child;
    const next = changed[at + 1];
    const both = node % 2 === 0 && next?.node === node + 1;
    const sibling = both ? next.subtree : this.at(node ^ 1);
    const parent = node % 2 === 0 ? hasher.join(subtree, sibling) : hasher.join(sibling, subtree);
    changed.push({ node: node >>> 1, subtree: parent });
    return both ? 2 : 1;
  }
}

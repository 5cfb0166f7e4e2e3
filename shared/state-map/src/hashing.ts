/** The injected hash: 32 fresh bytes out, and it keeps no hold of its input, which is reused for the next call. */
export type Hash = (data: Uint8Array) => Uint8Array;

/** Length of keys, value hashes and nodes. */
export const hashBytes = 32;

/** Length of a leaf as it is stored: key, then value hash. */
export const pairBytes = 2 * hashBytes;

/** The hash of a subtree without leaves, as a fresh copy. */
export function emptyRoot(): Uint8Array {
  return new Uint8Array(hashBytes);
}

/** How many leaves a subtree has, as far as hashing cares: none, exactly one, or more. */
export type Leaves = 0 | 1 | 2;

/** A subtree as its parent sees it. */
export interface Subtree {
  readonly leaves: Leaves;
  readonly hash: Uint8Array;
}

export const emptySubtree: Subtree = { leaves: 0, hash: emptyRoot() };

/** Refuses anything but 32 bytes. @throws RangeError */
export function require32(bytes: Uint8Array, name: string): void {
  if (bytes.length !== hashBytes) throw new RangeError(`${name} must be ${hashBytes} bytes`);
}

/**
 * Leaf and node hashing with one scratch buffer, as celestiaorg/smt does it: the first byte keeps a node from passing
 * for a leaf, and a subtree with one leaf is that leaf, so the depth of a path is about log2 of the number of leaves.
 */
export class NodeHasher {
  readonly #hash: Hash;
  readonly #scratch = new Uint8Array(1 + pairBytes);

  constructor(hash: Hash) {
    this.#hash = hash;
  }

  /** `H(0x00 ‖ key ‖ valueHash)`, the 64 bytes being read from `pairs` at `at`. */
  leaf(pairs: Uint8Array, at: number): Uint8Array {
    this.#scratch[0] = 0x00;
    for (let i = 0; i < pairBytes; i++) this.#scratch[1 + i] = pairs[at + i] ?? 0;
    return this.#hash(this.#scratch);
  }

  /** `H(0x01 ‖ left ‖ right)`. */
  node(left: Uint8Array, right: Uint8Array): Uint8Array {
    this.#scratch[0] = 0x01;
    this.#scratch.set(left, 1);
    this.#scratch.set(right, 1 + hashBytes);
    return this.#hash(this.#scratch);
  }

  /** The subtree above two subtrees. */
  join(left: Subtree, right: Subtree): Subtree {
    if (left.leaves + right.leaves <= 1) return left.leaves === 1 ? left : right;
    return { leaves: 2, hash: this.node(left.hash, right.hash) };
  }
}

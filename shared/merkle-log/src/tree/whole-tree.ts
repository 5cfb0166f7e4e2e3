import type { Hash } from "../hash.ts";
import { emptyRoot, nodeHash } from "../hash.ts";

/** A tree that grows no more: its root, and the inclusion proof of every leaf. */
export interface WholeTree {
  readonly root: Uint8Array;
  /** In the order of the leaves, each from the leaf's sibling up to the root's child. Siblings are shared, not copied. */
  readonly proofs: readonly (readonly Uint8Array[])[];
}

/**
 * Every inclusion proof of a small tree at once, RFC 6962 §2.1.1, for one node hash per inner node. Splitting at the
 * largest power of two below the size, as §2.1 does, is joining neighbours level by level; a last one without a
 * neighbour goes up as it is.
 */
export function wholeTree(hash: Hash, leafHashes: readonly Uint8Array[]): WholeTree {
  const proofs = leafHashes.map((): Uint8Array[] => []);
  let level = leafHashes;
  for (let height = 0; level.length > 1; height += 1) {
    addSiblings(proofs, level, height);
    level = joined(hash, level);
  }
  return { root: level[0] ?? emptyRoot(hash), proofs };
}

function addSiblings(
  proofs: readonly Uint8Array[][],
  level: readonly Uint8Array[],
  height: number,
): void {
  for (const [leaf, proof] of proofs.entries()) {
    const sibling = level[(leaf >> height) ^ 1];
    if (sibling !== undefined) proof.push(sibling);
  }
}

function joined(hash: Hash, level: readonly Uint8Array[]): Uint8Array[] {
  const above: Uint8Array[] = [];
  for (let at = 0; at < level.length; at += 2) {
    const [left, right] = [level[at], level[at + 1]];
    if (left === undefined) break;
    above.push(right === undefined ? left : nodeHash(hash, left, right));
  }
  return above;
}

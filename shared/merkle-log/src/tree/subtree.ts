import { requireWhole } from "../bytes.ts";
import type { Hash } from "../hash.ts";
import { emptyRoot, nodeHash } from "../hash.ts";

/** A complete subtree: the leaves from `index · 2^level` up to, not including, `(index + 1) · 2^level`. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
}

/**
 * Gives the stored hash of a complete subtree. The hash of a complete subtree never changes, so one
 * reader serves every past size of the log. It throws if it does not have the hash.
 */
export type HashReader = (subtree: Subtree) => Uint8Array;

/** The leaves from `start` up to, not including, `end`. */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/** The `k` of RFC 6962 §2.1: the largest power of two smaller than `count`, for `count` above 1. */
export function splitPoint(count: number): number {
  let k = 1;
  while (k * 2 < count) k *= 2;
  return k;
}

/**
 * The complete subtrees a range is made of, widest first. The range must start where RFC 6962 splits
 * a tree, which all ranges in roots and proofs do.
 */
export function rangeSubtrees(range: LeafRange): Subtree[] {
  const subtrees: Subtree[] = [];
  let start = range.start;
  while (start < range.end) {
    let level = 0;
    let width = 1;
    while (width * 2 <= range.end - start) {
      width *= 2;
      level += 1;
    }
    subtrees.push({ level, index: start / width });
    start += width;
  }
  return subtrees;
}

/** Merkle tree hash of a range that is not empty. */
export function rangeRoot(hash: Hash, read: HashReader, range: LeafRange): Uint8Array {
  return foldPeaks(hash, rangeSubtrees(range).map(read));
}

/** Root of the log when it had `size` entries, RFC 6962 §2.1. */
export function rootAt(hash: Hash, read: HashReader, size: number): Uint8Array {
  requireWhole("a tree size", size);
  return size === 0 ? emptyRoot(hash) : rangeRoot(hash, read, { start: 0, end: size });
}

/** Joins the hashes of complete subtrees, widest first, into the hash of all of them. */
export function foldPeaks(hash: Hash, peaks: readonly Uint8Array[]): Uint8Array {
  const last = peaks.at(-1);
  if (last === undefined) return emptyRoot(hash);
  let root = last;
  for (const peak of peaks.slice(0, -1).toReversed()) root = nodeHash(hash, peak, root);
  return root;
}

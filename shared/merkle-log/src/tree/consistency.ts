import { equalBytes, requireWhole } from "../bytes.ts";
import type { Hash } from "../hash.ts";
import { emptyRoot, hashBytes, nodeHash } from "../hash.ts";
import { ProofError } from "../proof-error.ts";
import type { HashReader, LeafRange, Subtree } from "./subtree.ts";
import { rangeRoot, rangeSubtrees, splitPoint } from "./subtree.ts";

/** Two sizes of one log, the older not above the newer. */
export interface SizePair {
  readonly oldSize: number;
  readonly newSize: number;
}

/** "The log with the new root begins with all entries of the log with the old root." */
export interface ConsistencyClaim extends SizePair {
  readonly oldRoot: Uint8Array;
  readonly newRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** PROOF(m, D[n]) of RFC 6962 §2.1.2; empty from size 0 and between equal sizes. */
export function consistencyProof(hash: Hash, read: HashReader, sizes: SizePair): Uint8Array[] {
  return consistencyRanges(sizes).map((range) => rangeRoot(hash, read, range));
}

/** The stored hashes a consistency proof is made from, for a reader that has to fetch them first. */
export function consistencySubtrees(sizes: SizePair): Subtree[] {
  return consistencyRanges(sizes).flatMap(rangeSubtrees);
}

/** Checks a consistency claim, RFC 9162 §2.1.4.2. @throws ProofError `CHECKPOINT_INCONSISTENT`. */
export function verifyConsistency(hash: Hash, claim: ConsistencyClaim): void {
  const { oldSize, newSize, proof } = claim;
  requireWhole("a tree size", oldSize);
  requireWhole("a tree size", newSize);
  if (oldSize > newSize) fail(`a log cannot shrink from ${oldSize} to ${newSize} entries`);
  if ([claim.oldRoot, claim.newRoot, ...proof].some((one) => one.length !== hashBytes)) {
    fail(`every hash of a consistency proof has ${hashBytes} bytes`);
  }
  const ranges = consistencyRanges(claim);
  if (proof.length !== ranges.length) {
    fail(
      `the proof from size ${oldSize} to ${newSize} has ${ranges.length} hashes, not ${proof.length}`,
    );
  }
  const roots = impliedRoots(hash, claim, ranges);
  if (!equalBytes(roots.old, claim.oldRoot)) {
    fail(`the proof does not lead to the old root of size ${oldSize}`);
  }
  if (!equalBytes(roots.new, claim.newRoot)) {
    fail(`the proof does not lead to the new root of size ${newSize}`);
  }
}

/** Builds both roots from the proof, lowest range first. */
function impliedRoots(
  hash: Hash,
  claim: ConsistencyClaim,
  ranges: readonly LeafRange[],
): { old: Uint8Array; new: Uint8Array } {
  const { oldSize, newSize, oldRoot, proof } = claim;
  if (oldSize === 0) return { old: emptyRoot(hash), new: claim.newRoot };
  if (oldSize === newSize) return { old: oldRoot, new: oldRoot };
  // RFC 6962 §2.1.2: the lowest node is left out of the proof when it is the old root itself.
  const seeded = (ranges[0]?.end ?? 0) === oldSize;
  const seed = (seeded ? proof[0] : undefined) ?? oldRoot;
  let old = seed;
  let grown = seed;
  for (const [step, sibling] of proof.entries()) {
    if (seeded && step === 0) continue;
    if ((ranges[step]?.end ?? 0) <= oldSize) {
      old = nodeHash(hash, sibling, old);
      grown = nodeHash(hash, sibling, grown);
    } else {
      grown = nodeHash(hash, grown, sibling);
    }
  }
  return { old, new: grown };
}

function consistencyRanges({ oldSize, newSize }: SizePair): LeafRange[] {
  requireWhole("a tree size", oldSize);
  requireWhole("a tree size", newSize);
  if (oldSize > newSize) throw new RangeError(`size ${oldSize} is above size ${newSize}`);
  if (oldSize === 0) return [];
  const ranges: LeafRange[] = [];
  let start = 0;
  let end = newSize;
  while (oldSize < end) {
    const middle = start + splitPoint(end - start);
    if (oldSize <= middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  if (start > 0) ranges.push({ start, end });
  return ranges.toReversed();
}

function fail(step: string): never {
  throw new ProofError("CHECKPOINT_INCONSISTENT", step);
}

import { equalBytes, requireWhole } from "../bytes.ts";
import type { Hash } from "../hash.ts";
import { hashBytes, nodeHash } from "../hash.ts";
import { ProofError } from "../proof-error.ts";
import type { HashReader, LeafRange, Subtree } from "./subtree.ts";
import { rangeRoot, rangeSubtrees, splitPoint } from "./subtree.ts";

/** One entry of the log as it was at `size`. */
export interface EntryPosition {
  readonly index: number;
  readonly size: number;
}

/** "The entry with this leaf hash is entry `index` of the log with this size and root." */
export interface InclusionClaim extends EntryPosition {
  readonly leafHash: Uint8Array;
  readonly root: Uint8Array;
  /** Sibling hashes from the leaf's sibling up to the root's child. */
  readonly proof: readonly Uint8Array[];
}

/** PATH(m, D[n]) of RFC 6962 §2.1.1, from the leaf upwards. @throws RangeError if there is no such entry. */
export function inclusionProof(hash: Hash, read: HashReader, at: EntryPosition): Uint8Array[] {
  return inclusionRanges(at).map((range) => rangeRoot(hash, read, range));
}

/** The stored hashes an inclusion proof is made from, for a reader that has to fetch them first. */
export function inclusionSubtrees(at: EntryPosition): Subtree[] {
  return inclusionRanges(at).flatMap(rangeSubtrees);
}

/** Checks an inclusion claim, RFC 9162 §2.1.3.2. @throws ProofError `PROOF_INVALID`. */
export function verifyInclusion(hash: Hash, claim: InclusionClaim): void {
  const { index, size, proof } = claim;
  requireWhole("an entry index", index);
  requireWhole("a tree size", size);
  if (index >= size) fail(`entry ${index} cannot be in a log of ${size} entries`);
  if ([claim.leafHash, claim.root, ...proof].some((one) => one.length !== hashBytes)) {
    fail(`every hash of an inclusion proof has ${hashBytes} bytes`);
  }
  const ranges = inclusionRanges(claim);
  if (proof.length !== ranges.length) {
    fail(
      `the inclusion proof of entry ${index} at size ${size} has ${ranges.length} hashes, not ${proof.length}`,
    );
  }
  let node = claim.leafHash;
  for (const [step, sibling] of proof.entries()) {
    // A sibling range that ends at or before the entry lies to its left.
    const onLeft = (ranges[step]?.end ?? 0) <= index;
    node = onLeft ? nodeHash(hash, sibling, node) : nodeHash(hash, node, sibling);
  }
  if (!equalBytes(node, claim.root)) {
    fail(`the inclusion proof of entry ${index} does not lead to the root of size ${size}`);
  }
}

function inclusionRanges({ index, size }: EntryPosition): LeafRange[] {
  requireWhole("an entry index", index);
  requireWhole("a tree size", size);
  if (index >= size) throw new RangeError(`entry ${index} is not in a log of ${size} entries`);
  const ranges: LeafRange[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitPoint(end - start);
    if (index < middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  return ranges.toReversed();
}

function fail(step: string): never {
  throw new ProofError("PROOF_INVALID", step);
}

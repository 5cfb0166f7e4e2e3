import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";

/**
 * A hash function: synchronous, neither keeps nor changes `data`, and returns a fresh array of
 * {@link hashBytes} bytes. Injected everywhere, so that another suite is not a rewrite.
 */
export type Hash = (data: Uint8Array) => Uint8Array;

/** Length of every hash in the tree, in bytes. */
export const hashBytes = 32;

/** SHA-256 in plain JavaScript, for places without `node:crypto` (browser, tests). */
export const sha256: Hash = (data) => nobleSha256(data);

// RFC 6962 §2.1: leaf and node hashes start differently, so a node can never pass for a leaf.
const leafPrefix = 0x00;
const nodePrefix = 0x01;

// One buffer for all hashes of a kind: a `Hash` is synchronous and does not keep its input, and an array
// of 65 bytes is the first size that V8 allocates outside its own heap (twice the cost of the rest).
const nodeInput = new Uint8Array(1 + 2 * hashBytes);
nodeInput[0] = nodePrefix;

/** Entries up to this length share a buffer; longer ones are rare. */
const sharedEntryBytesMax = 4_096;
const leafInput = new Uint8Array(1 + sharedEntryBytesMax);

/** Hash of one log entry: `H(0x00 ‖ entry)`, RFC 6962 §2.1. */
export function leafHash(hash: Hash, entry: Uint8Array): Uint8Array {
  const length = 1 + entry.length;
  const fits = length <= leafInput.length;
  const input = fits ? leafInput.subarray(0, length) : new Uint8Array(length);
  input[0] = leafPrefix;
  input.set(entry, 1);
  return hash(input);
}

/** Hash of an inner node: `H(0x01 ‖ left ‖ right)`, RFC 6962 §2.1. @throws RangeError for other lengths. */
export function nodeHash(hash: Hash, left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== hashBytes || right.length !== hashBytes) {
    throw new RangeError(`a node is made of two hashes of ${hashBytes} bytes`);
  }
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + hashBytes);
  return hash(nodeInput);
}

/** Root of the tree without leaves: the hash of nothing, RFC 6962 §2.1. */
export function emptyRoot(hash: Hash): Uint8Array {
  return hash(new Uint8Array(0));
}

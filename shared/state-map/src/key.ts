import { concat } from "./bytes.ts";
import { hashBytes, type Hash } from "./hashing.ts";

/** Bits of a key, and so the most levels a path can have. */
export const keyBits = 8 * hashBytes;

/**
 * The key of a state: `H(kindTag ‖ id)`.
 * @param kindTag the bytes `scrip/v1/map/<kind>` and their closing 0 byte, which keeps one kind from being the prefix of another
 * @throws RangeError when the tag has no 0 byte at its end, or one before it
 */
export function mapKey(hash: Hash, kindTag: Uint8Array, id: Uint8Array): Uint8Array {
  if (kindTag.length === 0 || kindTag.indexOf(0) !== kindTag.length - 1)
    throw new RangeError("a kind tag ends in its only 0 byte");
  return hash(concat(kindTag, id));
}

/** Bit `position` of the key at `at`, the most significant bit of the first byte being position 0. */
export function bitAt(bytes: Uint8Array, position: number, at = 0): 0 | 1 {
  const byte = bytes[at + (position >>> 3)] ?? 0;
  return ((byte >>> (7 - (position & 7))) & 1) === 1 ? 1 : 0;
}

/** Leading key bits that can choose a bucket. The nodes then take 1 GiB; a map of 134 million keys gets there. */
export const bucketDepthMax = 24;

/** The bucket of a key among those that its first `depth` bits choose: these bits, and zeros up to the 24th. */
export function bucketOf(key: Uint8Array, depth: number): number {
  const first24 = ((key[0] ?? 0) << 16) | ((key[1] ?? 0) << 8) | (key[2] ?? 0);
  return first24 & -bucketSpan(depth);
}

/** How far a bucket's name is from the next one's. */
export const bucketSpan = (depth: number): number => 2 ** (bucketDepthMax - depth);

/** How many leading bits two keys have in common, the second one read at `at`. */
export function sharedBits(left: Uint8Array, right: Uint8Array, at = 0): number {
  for (let i = 0; i < hashBytes; i++) {
    const difference = (left[i] ?? 0) ^ (right[at + i] ?? 0);
    if (difference !== 0) return 8 * i + Math.clz32(difference) - 24;
  }
  return keyBits;
}

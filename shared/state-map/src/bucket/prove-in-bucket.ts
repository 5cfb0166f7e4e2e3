import { equalBytes } from "../bytes.ts";
import type { NodeHasher } from "../hashing.ts";
import { bitAt } from "../key.ts";
import type { MapProof } from "../proof/map-proof.ts";
import type { Bucket, Range } from "./bucket.ts";

/** Goes on with a proof inside a bucket that has a leaf. `above` holds the siblings down to the bucket, root first. */
export function proveInBucket(
  { hasher, bucket, key }: { hasher: NodeHasher; bucket: Bucket; key: Uint8Array },
  above: readonly (Uint8Array | null)[],
): MapProof {
  const siblings = [...above];
  let range: Range = { from: 0, to: bucket.count };
  while (range.to - range.from > 1) {
    const bit = siblings.length;
    const middle = bucket.split(range, bit);
    const left = { from: range.from, to: middle };
    const right = { from: middle, to: range.to };
    const [mine, other] = bitAt(key, bit) === 0 ? [left, right] : [right, left];
    const sibling = bucket.subtree(hasher, other, bit + 1);
    siblings.push(sibling.leaves === 0 ? null : sibling.hash.slice());
    range = mine;
  }
  const { from, to } = range;
  if (from === to) return { terminal: { kind: "empty" }, siblings };
  if (equalBytes(bucket.key(from), key)) return { terminal: { kind: "leaf" }, siblings };
  const [otherKey, valueHash] = [bucket.key(from).slice(), bucket.valueHash(from).slice()];
  return { terminal: { kind: "other", key: otherKey, valueHash }, siblings };
}

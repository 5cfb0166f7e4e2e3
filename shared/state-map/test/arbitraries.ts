import * as fc from "fast-check";
import type { MapChange } from "../src/index.ts";

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });

/** Keys that part late: all bits 0 but a few, wherever they are, the last one included. */
const closeKey = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 2 }).map((positions) => {
  const key = new Uint8Array(32);
  for (const position of positions)
    key.fill(0x80 >>> (position & 7), position >>> 3, (position >>> 3) + 1);
  return key;
});

/** Few keys, so that batches meet the same ones again, and several lie in one bucket. */
const commonKey = fc
  .integer({ min: 0, max: 15 })
  .map((n) => new Uint8Array(32).fill(((n & 12) << 4) | (n & 3), 0, 1));

export const key = fc.oneof(commonKey, closeKey, bytes32);

const change: fc.Arbitrary<MapChange> = fc.record({
  key,
  valueHash: fc.option(bytes32, { freq: 2, nil: null }),
});

/** One update: each key at most once, in any order. */
export const batch = fc.uniqueArray(change, {
  maxLength: 25,
  selector: ({ key }) => Buffer.from(key).toString("hex"),
});

export const batches = fc.array(batch, { maxLength: 6 });

/** Bucket depths to which small maps stretch. */
export const depth = fc.integer({ min: 0, max: 9 });

import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import { decode, encode, rfc8949EncodeOptions } from "cborg";
import { describe, expect, it } from "vitest";
import type { CborValue } from "@scrip/wire";
import {
  CborError,
  cborBytesMax,
  cborDepthMax,
  decodeCbor,
  encodeCbor,
  fromHex,
  toHex,
} from "@scrip/wire";

const theirs = (value: unknown): Uint8Array => new Uint8Array(encode(value, rfc8949EncodeOptions));

const safe = fc.maxSafeInteger();
const wide = fc.oneof(
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: -(2n ** 64n), max: -(2n ** 53n) }),
);
const scalar: Arbitrary<CborValue> = fc.oneof(
  safe,
  wide,
  fc.constantFrom(0, 23, 24, 255, 256, 65_535, 65_536, 4_294_967_295, 4_294_967_296, -1, -24, -25),
  fc.string({ unit: "binary", maxLength: 150 }),
  fc.uint8Array({ maxLength: 300 }),
  fc.boolean(),
  fc.constant(null),
);
const { value } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie("value"), { maxLength: 30 }),
    fc.array(fc.tuple(safe, tie("value")), { maxLength: 30 }).map((pairs) => new Map(pairs)),
  ),
}));

/** Examples of RFC 8949, appendix A, of the kinds that Scrip uses. */
const examples: readonly (readonly [CborValue, string])[] = [
  [0, "00"],
  [1, "01"],
  [10, "0a"],
  [23, "17"],
  [24, "1818"],
  [25, "1819"],
  [100, "1864"],
  [1000, "1903e8"],
  [1_000_000, "1a000f4240"],
  [1_000_000_000_000, "1b000000e8d4a51000"],
  [18_446_744_073_709_551_615n, "1bffffffffffffffff"],
  [-18_446_744_073_709_551_616n, "3bffffffffffffffff"],
  [-1, "20"],
  [-10, "29"],
  [-100, "3863"],
  [-1000, "3903e7"],
  [false, "f4"],
  [true, "f5"],
  [null, "f6"],
  [new Uint8Array(), "40"],
  [Uint8Array.of(1, 2, 3, 4), "4401020304"],
  ["", "60"],
  ["IETF", "6449455446"],
  ['"\\', "62225c"],
  ["ü", "62c3bc"],
  ["水", "63e6b0b4"],
  ["𐅑", "64f0908591"],
  [[], "80"],
  [[1, 2, 3], "83010203"],
  [[1, [2, 3], [4, 5]], "8301820203820405"],
  [
    Array.from({ length: 25 }, (_, i) => i + 1),
    "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
  ],
  [new Map(), "a0"],
  [
    new Map([
      [3, 4],
      [1, 2],
    ]),
    "a201020304",
  ],
];

/** Bytes that a lenient decoder takes and a canonical one must not. */
const refused: readonly (readonly [string, string, string])[] = [
  ["", "CBOR_TRUNCATED", "nothing"],
  ["1817", "CBOR_NOT_SHORTEST", "23 in two bytes"],
  ["190018", "CBOR_NOT_SHORTEST", "24 in three bytes"],
  ["1a0000ffff", "CBOR_NOT_SHORTEST", "65535 in five bytes"],
  ["1b00000000ffffffff", "CBOR_NOT_SHORTEST", "2^32-1 in nine bytes"],
  ["3817", "CBOR_NOT_SHORTEST", "-24 in two bytes"],
  ["580141", "CBOR_NOT_SHORTEST", "a length in two bytes"],
  ["0000", "CBOR_TRAILING_BYTES", "a byte too many"],
  ["8201", "CBOR_TRUNCATED", "an item too few"],
  ["4301", "CBOR_TRUNCATED", "bytes too few"],
  ["19", "CBOR_TRUNCATED", "half a head"],
  ["9bffffffffffffffff", "CBOR_UNEXPECTED", "2^64-1 items"],
  ["9a7fffffff", "CBOR_TRUNCATED", "2^31-1 items"],
  ["f90000", "CBOR_UNSUPPORTED", "a half float"],
  ["fa47c35000", "CBOR_UNSUPPORTED", "a float"],
  ["fb3ff199999999999a", "CBOR_UNSUPPORTED", "a double"],
  ["f7", "CBOR_UNEXPECTED", "undefined"],
  ["f0", "CBOR_UNEXPECTED", "simple(16)"],
  ["f8ff", "CBOR_UNSUPPORTED", "simple(255)"],
  ["c11a514b67b0", "CBOR_UNSUPPORTED", "a tag"],
  ["c249010000000000000000", "CBOR_UNSUPPORTED", "a bignum"],
  ["5f42010243030405ff", "CBOR_UNSUPPORTED", "bytes of indefinite length"],
  ["7f657374726561646d696e67ff", "CBOR_UNSUPPORTED", "text of indefinite length"],
  ["9fff", "CBOR_UNSUPPORTED", "an array of indefinite length"],
  ["bfff", "CBOR_UNSUPPORTED", "a map of indefinite length"],
  ["1c", "CBOR_UNSUPPORTED", "a reserved head"],
  ["ff", "CBOR_UNSUPPORTED", "a break"],
  ["a202000100", "CBOR_KEY_ORDER", "keys going down"],
  ["a201000100", "CBOR_KEY_ORDER", "a key twice"],
  ["a220000100", "CBOR_KEY_ORDER", "a negative key before a positive one"],
  ["a1616100", "CBOR_UNSUPPORTED", "a text as key"],
  ["a11b002000000000000000", "CBOR_UNSUPPORTED", "a key of 2^53"],
  ["61ff", "CBOR_TEXT_INVALID", "a byte that is no UTF-8"],
  ["62c080", "CBOR_TEXT_INVALID", "an overlong character"],
  ["63eda080", "CBOR_TEXT_INVALID", "half a surrogate pair"],
];

describe("canonical CBOR", () => {
  it("writes and reads the examples of RFC 8949", () => {
    for (const [example, hex] of examples) {
      expect(toHex(encodeCbor(example))).toBe(hex);
      expect(decodeCbor(fromHex(hex))).toEqual(example);
    }
  });

  it("gives back every value, in the bytes another library writes", () => {
    fc.assert(
      fc.property(value, (value) => {
        const bytes = encodeCbor(value);
        expect(decodeCbor(bytes)).toEqual(value);
        expect(toHex(bytes)).toBe(toHex(theirs(value)));
      }),
      { numRuns: 400 },
    );
  });

  it("reads what another library reads", () => {
    fc.assert(
      fc.property(value, (value) => {
        const bytes = theirs(value);
        expect(decodeCbor(bytes)).toEqual(value);
        expect(decode(encodeCbor(value), { useMaps: true, strict: true })).toEqual(value);
      }),
      { numRuns: 150 },
    );
  });

  it.each(refused)("refuses %s: %s, %s", (hex, code) => {
    const bytes = fromHex(hex);
    expect(() => decodeCbor(bytes)).toThrowError(
      expect.objectContaining({ name: "CborError", code }),
    );
  });

  it("takes no bytes that it would not have written", () => {
    const changed = fc
      .tuple(value, fc.nat(), fc.integer({ min: 1, max: 255 }))
      .map(([value, at, by]) => {
        const bytes = encodeCbor(value);
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ by;
        return bytes;
      });
    let taken = 0;
    fc.assert(
      fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 40 })), (bytes) => {
        let read: CborValue;
        try {
          read = decodeCbor(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(CborError);
          return;
        }
        taken++;
        expect(toHex(encodeCbor(read))).toBe(toHex(bytes));
      }),
      { numRuns: 1_500 },
    );
    expect(taken).toBeGreaterThan(50);
  });

  it("names the byte at fault", () => {
    expect(() => decodeCbor(fromHex("8301820203c0"))).toThrowError(
      expect.objectContaining({ offset: 5 }),
    );
  });

  it("bounds depth and length, both ways", () => {
    const nested = (depth: number): CborValue => (depth === 0 ? 1 : [nested(depth - 1)]);
    const deepest = nested(cborDepthMax);
    expect(decodeCbor(encodeCbor(deepest))).toEqual(deepest);
    expect(() => encodeCbor(nested(cborDepthMax + 1))).toThrowError(RangeError);
    const deeper = fromHex(`${"81".repeat(cborDepthMax + 1)}01`);
    expect(() => decodeCbor(deeper)).toThrowError(
      expect.objectContaining({ code: "CBOR_TOO_DEEP" }),
    );
    expect(() => encodeCbor(new Uint8Array(cborBytesMax + 1))).toThrowError(RangeError);
    expect(() => decodeCbor(new Uint8Array(cborBytesMax + 1))).toThrowError(
      expect.objectContaining({ code: "CBOR_TOO_LONG" }),
    );
  });

  it.each([
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    2n ** 64n,
    -(2n ** 64n) - 1n,
    "\ud800",
  ])("does not write %s", (value) => {
    expect(() => encodeCbor(value)).toThrowError(RangeError);
  });

  it("keeps what it read when the input, a Buffer, is used again", () => {
    const bytes = Buffer.from(encodeCbor([Uint8Array.of(1, 2, 3)]));
    const read = decodeCbor(bytes);
    bytes.fill(0);
    expect(read).toEqual([Uint8Array.of(1, 2, 3)]);
  });
});

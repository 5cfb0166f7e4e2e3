import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CborError,
  decodeProofExtra,
  encodeCbor,
  encodeProofExtra,
  type ProofExtra,
} from "../src/index.ts";

const bytes = (minLength = 0, maxLength = 64) => fc.uint8Array({ minLength, maxLength });
const state = fc.oneof(
  fc.record({ publicBytes: bytes(), hidden: bytes(32, 32) }),
  fc.record({ publicBytes: bytes(), privateBytes: bytes() }),
);
const extra: fc.Arbitrary<ProofExtra> = fc.oneof(
  fc.record({ kind: fc.constant("event" as const), entry: bytes() }),
  fc.record({ kind: fc.constant("card" as const), seal: bytes(), mapProof: bytes(), state }),
);

describe("extra of a proof file", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(extra, (one) => {
        expect(decodeProofExtra(encodeProofExtra(one))).toEqual(one);
      }),
    );
  });

  it("has no second spelling: whatever is read is written the same", () => {
    fc.assert(
      fc.property(extra, fc.nat(), fc.integer({ min: 1, max: 255 }), (one, at, flip) => {
        const changed = encodeProofExtra(one);
        const place = at % changed.length;
        changed[place] = (changed[place] ?? 0) ^ flip;
        let read: ProofExtra;
        try {
          read = decodeProofExtra(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(CborError);
          return;
        }
        expect(encodeProofExtra(read)).toEqual(changed);
      }),
    );
  });

  it.each([
    ["nothing in it", new Map()],
    ["an entry under another key", new Map([[2, new Uint8Array(1)]])],
    ["an entry as text", new Map([[1, "entry"]])],
    ["no map", [new Uint8Array(1)]],
    [
      "a card without its state",
      new Map([
        [1, new Uint8Array(1)],
        [2, new Uint8Array(1)],
      ]),
    ],
    [
      "a hidden hash of 31 bytes",
      card(
        new Map([
          [1, new Uint8Array(1)],
          [2, new Uint8Array(31)],
        ]),
      ),
    ],
    ["a state of one half", card(new Map([[1, new Uint8Array(1)]]))],
    [
      "a state with hash and private half",
      card(new Map([1, 2, 3].map((key) => [key, new Uint8Array(32)]))),
    ],
    ["a fourth part", new Map([1, 2, 3, 4].map((key) => [key, new Uint8Array(1)]))],
  ])("is refused with %s", (_, value) => {
    expect(() => decodeProofExtra(encodeCbor(value))).toThrow(CborError);
  });
});

function card(state: Map<number, Uint8Array>) {
  return new Map<number, Uint8Array | Map<number, Uint8Array>>([
    [1, new Uint8Array(1)],
    [2, new Uint8Array(1)],
    [3, state],
  ]);
}

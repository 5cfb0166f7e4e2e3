import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeMapProof,
  encodeMapProof,
  MapProofError,
  mapProofBytesMax,
  verifyMapProof,
  type MapClaim,
  type MapProof,
} from "../src/index.ts";
import { batch, depth, key } from "./arbitraries.ts";
import { apply, newMap } from "./opened-map.ts";
import { hex, sha256 } from "./sha256.ts";

/** A map's claim about a key, true, and its proof. */
const proven = fc
  .tuple(batch, depth, fc.option(key), fc.nat())
  .map(([changes, depth, other, n]) => {
    const opened = newMap(depth);
    apply(opened, changes);
    const { map } = opened;
    const key = other ?? changes[n % Math.max(1, changes.length)]?.key ?? new Uint8Array(32);
    const proof = map.prove(key);
    const claim: MapClaim = { root: map.root, key, valueHash: map.get(key) ?? null };
    return { claim, proof };
  });

const flipped = (bytes: Uint8Array, bit: number): Uint8Array =>
  bytes.map((byte, i) => (i === bit >>> 3 ? byte ^ (0x80 >>> (bit & 7)) : byte));

function stepOf(verify: () => unknown): string {
  try {
    verify();
  } catch (error) {
    if (error instanceof MapProofError) return error.step;
    throw error;
  }
  return "verified";
}

/** Hex of what the bytes decode to, encoded again. */
function reencoded(bytes: Uint8Array): string {
  try {
    return hex(encodeMapProof(decodeMapProof(bytes)));
  } catch (error) {
    if (error instanceof MapProofError) return "refused";
    throw error;
  }
}

describe("a map proof", () => {
  it("shows the value of every key, and the absence of every other", () => {
    fc.assert(
      fc.property(proven, ({ claim, proof }) => {
        verifyMapProof(sha256, claim, proof);
        expect(proof.terminal.kind === "leaf").toBe(claim.valueHash !== null);
      }),
      { numRuns: 300 },
    );
  });

  it("stays as it was when the map goes on", () => {
    const opened = newMap(3);
    const key = new Uint8Array(32);
    const others = [0x20, 0x40, 0x80].map((n) => new Uint8Array(32).fill(n));
    apply(
      opened,
      [key, ...others].map((key) => ({ key, valueHash: key })),
    );
    const claim = { root: opened.map.root, key, valueHash: key };
    const proof = opened.map.prove(key);
    apply(
      opened,
      others.map((other) => ({ key: other, valueHash: key })),
    );
    verifyMapProof(sha256, claim, proof);
    expect(opened.map.root).not.toEqual(claim.root);
  });

  it("survives encoding, and is never longer than the limit", () => {
    fc.assert(
      fc.property(proven, ({ proof }) => {
        const bytes = encodeMapProof(proof);
        expect(decodeMapProof(bytes)).toEqual(proof);
        expect(bytes.length).toBeLessThanOrEqual(mapProofBytesMax);
      }),
    );
  });

  it("has the longest path when two keys part at their last bit", () => {
    const opened = newMap(2);
    const [first, second] = [new Uint8Array(32), flipped(new Uint8Array(32), 255)];
    apply(
      opened,
      [first, second].map((key) => ({ key, valueHash: key })),
    );
    const proof = opened.map.prove(second);
    expect(proof.siblings.length).toBe(256);
    const bytes = encodeMapProof(proof);
    expect(bytes.length).toBe(2 + 32 + 32);
    verifyMapProof(
      sha256,
      { root: opened.map.root, key: second, valueHash: second },
      decodeMapProof(bytes),
    );
  });

  it("shows nothing under another root, for another value, or with the claim turned round", () => {
    fc.assert(
      fc.property(proven, fc.nat(255), ({ claim, proof }, bit) => {
        const { root, valueHash } = claim;
        const value = valueHash ?? new Uint8Array(32);
        for (const wrong of [
          { ...claim, root: flipped(root, bit) },
          { ...claim, valueHash: flipped(value, bit) },
          { ...claim, valueHash: valueHash === null ? value : null },
        ])
          expect(() => verifyMapProof(sha256, wrong, proof)).toThrow(MapProofError);
      }),
    );
  });

  it("shows a value for no other key", () => {
    fc.assert(
      fc.property(proven, fc.nat(255), ({ claim, proof }, bit) => {
        fc.pre(claim.valueHash !== null);
        const wrong = { ...claim, key: flipped(claim.key, bit) };
        expect(() => verifyMapProof(sha256, wrong, proof)).toThrow(MapProofError);
      }),
    );
  });

  it("shows no present key to be absent, whatever other path of the map it is given", () => {
    fc.assert(
      fc.property(batch, depth, key, (changes, depth, other) => {
        const opened = newMap(depth);
        apply(opened, changes);
        const proofs = [other, ...changes.map(({ key }) => key)].map((key) =>
          opened.map.prove(key),
        );
        for (const { key, valueHash } of changes) {
          const lie = valueHash === null ? key : null;
          for (const proof of proofs)
            expect(() =>
              verifyMapProof(sha256, { root: opened.map.root, key, valueHash: lie }, proof),
            ).toThrow(MapProofError);
        }
      }),
    );
  });

  it("shows nothing with any one bit flipped, and no proof has two encodings", () => {
    fc.assert(
      fc.property(proven, ({ claim, proof }) => {
        const bytes = encodeMapProof(proof);
        for (let bit = 0; bit < 8 * bytes.length; bit++) {
          const step = stepOf(() =>
            verifyMapProof(sha256, claim, decodeMapProof(flipped(bytes, bit))),
          );
          expect(step).not.toBe("verified");
        }
      }),
      { numRuns: 30 },
    );
  });

  it("is refused with bytes missing or to spare", () => {
    fc.assert(
      fc.property(proven, fc.uint8Array({ minLength: 1, maxLength: 70 }), ({ proof }, tail) => {
        const bytes = encodeMapProof(proof);
        expect(() => decodeMapProof(Buffer.concat([bytes, tail]))).toThrow(MapProofError);
        for (let length = 0; length < bytes.length; length++)
          expect(() => decodeMapProof(bytes.subarray(0, length))).toThrow(MapProofError);
      }),
    );
  });

  it("decodes from no bytes but those it encodes to", () => {
    const header = fc.tuple(fc.nat(3), fc.nat(3)).map((parts) => Uint8Array.from(parts));
    const bytes = fc
      .tuple(header, fc.uint8Array({ maxLength: 200 }))
      .map((parts) => Buffer.concat(parts));
    fc.assert(
      fc.property(bytes, (bytes) => {
        const again = reencoded(bytes);
        expect(again === "refused" || again === hex(bytes)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("a malformed map proof is refused, in plain words:", () => {
  const full = new Uint8Array(32).fill(7);
  const claim: MapClaim = { root: full, key: full, valueHash: null };
  const bytesOf = (...parts: readonly (number | Uint8Array)[]): Uint8Array =>
    Buffer.concat(parts.map((part) => (typeof part === "number" ? Uint8Array.of(part) : part)));

  it.each<[string, Uint8Array]>([
    ["its first byte names no kind of path", bytesOf()],
    ["its first byte names no kind of path", bytesOf(3, 0)],
    ["its bitmap is longer than a key", bytesOf(1)],
    ["its bitmap is longer than a key", bytesOf(1, 33, new Uint8Array(33).fill(1))],
    ["its bitmap is cut short or has an empty last byte", bytesOf(1, 2, 0x80)],
    ["its bitmap is cut short or has an empty last byte", bytesOf(1, 2, 0x80, 0, full)],
    ["it is too short or too long", bytesOf(1, 1, 0x80, full, 0)],
    ["it is too short or too long", bytesOf(2, 0, full)],
    ["an empty sibling is spelled out", bytesOf(1, 1, 0x80, new Uint8Array(32))],
  ])("%s", (step, bytes) => {
    expect(stepOf(() => decodeMapProof(bytes))).toBe(step);
  });

  const empty = { kind: "empty" } as const;
  it.each<[string, Partial<MapClaim>, MapProof]>([
    ["the root is not 32 bytes long", { root: bytesOf(1) }, { terminal: empty, siblings: [] }],
    ["the key is not 32 bytes long", { key: bytesOf(1) }, { terminal: empty, siblings: [] }],
    ["the path is longer than a key", {}, { terminal: empty, siblings: Array(257).fill(full) }],
    ["the path ends beside an empty sibling", {}, { terminal: empty, siblings: [full, null] }],
    ["a sibling is not 32 bytes long", {}, { terminal: empty, siblings: [bytesOf(1)] }],
    ["the path leads to another root", {}, { terminal: empty, siblings: [full] }],
    ["it shows a value, where none is claimed", {}, { terminal: { kind: "leaf" }, siblings: [] }],
    ["it shows that the key has no value", { valueHash: full }, { terminal: empty, siblings: [] }],
    [
      "the value hash is not 32 bytes long",
      { valueHash: bytesOf(1) },
      { terminal: { kind: "leaf" }, siblings: [] },
    ],
    [
      "the other leaf's key is not 32 bytes long",
      {},
      { terminal: { kind: "other", key: bytesOf(1), valueHash: full }, siblings: [] },
    ],
    [
      "the other leaf's value hash is not 32 bytes long",
      {},
      {
        terminal: { kind: "other", key: bytesOf(1, full.subarray(1)), valueHash: bytesOf(1) },
        siblings: [],
      },
    ],
    [
      "the other leaf is the key's own",
      {},
      { terminal: { kind: "other", key: full, valueHash: full }, siblings: [] },
    ],
    [
      "the other leaf is not on the key's path",
      {},
      { terminal: { kind: "other", key: flipped(full, 0), valueHash: full }, siblings: [full] },
    ],
  ])("%s", (step, part, proof) => {
    expect(stepOf(() => verifyMapProof(sha256, { ...claim, ...part }, proof))).toBe(step);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatTlogProof,
  sha256,
  tlogProofWriter,
  toBase64,
  verifyInclusion,
  wholeTree,
} from "../src/index.ts";
import { leaves, plainPath, plainRoot } from "./reference.ts";

/** A hash that counts how often it is asked. */
function counting() {
  const counted = { hash: (data: Uint8Array) => ((counted.hashes += 1), sha256(data)), hashes: 0 };
  return counted;
}

describe("a whole tree", () => {
  it("has the root and the proofs of RFC 6962 at every size", () => {
    for (let size = 0; size <= 40; size += 1) {
      const all = leaves(size);
      const { root, proofs } = wholeTree(sha256, all);
      expect(toBase64(root)).toBe(toBase64(plainRoot(all)));
      for (const [index, proof] of proofs.entries()) {
        expect(proof.map(toBase64)).toEqual(plainPath(index, all).map(toBase64));
      }
    }
  });

  it("proves each of its leaves, and costs one hash per inner node", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), (size) => {
        const all = leaves(size);
        const counted = counting();
        const { root, proofs } = wholeTree(counted.hash, all);
        expect(counted.hashes).toBe(size - 1);
        for (const [index, leaf] of all.entries()) {
          const proof = proofs[index] ?? [];
          verifyInclusion(sha256, { leafHash: leaf, index, size, root, proof });
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe("a writer of proof files", () => {
  const note = {
    text: "scrip.example/receipts\n3\n",
    signatures: [{ name: "scrip.example/receipts", keyId: "00112233", signature: leaves(1)[0] }],
  } as Parameters<typeof tlogProofWriter>[0];

  it("writes what one file by itself would be", () => {
    const write = tlogProofWriter(note);
    const { proofs } = wholeTree(sha256, leaves(3));
    for (const [index, hashes] of proofs.entries()) {
      for (const extra of [undefined, new Uint8Array(0), Uint8Array.of(1, 2)]) {
        const proven = { extra, index, hashes };
        expect(write(proven)).toBe(formatTlogProof({ ...proven, note }));
      }
    }
  });

  it("refuses what is no proof", () => {
    const write = tlogProofWriter(note);
    const short = [new Uint8Array(31)];
    expect(() => write({ extra: undefined, index: 0, hashes: short })).toThrow(RangeError);
    expect(() => write({ extra: undefined, index: -1, hashes: [] })).toThrow(RangeError);
    expect(() => tlogProofWriter({ ...note, signatures: [] })).toThrow(RangeError);
  });
});

it("base64 is that of everybody else", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
    }),
  );
});

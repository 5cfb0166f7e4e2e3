import * as fc from "fast-check";
import {
  Frontier,
  MemoryTree,
  consistencyProof,
  consistencySubtrees,
  emptyRoot,
  inclusionProof,
  inclusionSubtrees,
  leafHash,
  merkleRoot,
  nodeHash,
  rootAt,
  sha256,
  verifyConsistency,
  verifyInclusion,
} from "@scrip/merkle-log";
import type { Subtree } from "@scrip/merkle-log";
import { describe, expect, it } from "vitest";
import {
  codeOf,
  ctEntries,
  ctRoots,
  hex,
  leaves,
  plainPath,
  plainRoot,
  plainSubproof,
} from "./reference.ts";

const hashes = leaves(300);
const tree = new MemoryTree(sha256, hashes);
const rootOf = (size: number): Uint8Array => rootAt(sha256, tree.read, size);

describe("hashing, RFC 6962 §2.1", () => {
  it("gives the roots the Certificate Transparency projects publish, at every size", () => {
    const ct = ctEntries.map((entry) => leafHash(sha256, entry));
    for (const [size, root] of ctRoots.entries()) {
      expect(merkleRoot(sha256, ct.slice(0, size))).toEqual(hex(root));
    }
  });

  it("refuses to make a node of anything but two hashes", () => {
    expect(() => nodeHash(sha256, new Uint8Array(32), new Uint8Array(31))).toThrow(RangeError);
    expect(() => Frontier.empty(sha256).append(new Uint8Array(33))).toThrow(RangeError);
  });

  it("keeps no trace of earlier nodes", () => {
    const [a, b] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    expect(nodeHash(sha256, a, b)).toEqual(sha256(Uint8Array.of(1, ...a, ...b)));
    expect(nodeHash(sha256, b, a)).toEqual(sha256(Uint8Array.of(1, ...b, ...a)));
  });
});

describe("roots and frontier", () => {
  it("agree with RFC 6962 word for word at every size", () => {
    const frontier = Frontier.empty(sha256);
    for (let size = 0; size <= hashes.length; size++) {
      const root = plainRoot(hashes.slice(0, size));
      expect(rootOf(size)).toEqual(root);
      expect(frontier.root()).toEqual(root);
      const leaf = hashes[size];
      if (leaf !== undefined) frontier.append(leaf);
    }
  });

  it("reads back what it wrote and goes on the same", () => {
    for (const size of [0, 1, 2, 3, 127, 128, 255, 256, 299]) {
      const frontier = Frontier.empty(sha256);
      for (const leaf of hashes.slice(0, size)) frontier.append(leaf);
      const copy = Frontier.fromBytes(sha256, frontier.toBytes());
      for (const leaf of hashes.slice(size)) copy.append(leaf);
      expect(copy.root()).toEqual(tree.root());
      expect(frontier.size).toBe(size);
    }
  });

  it("keeps clones apart", () => {
    const frontier = Frontier.empty(sha256);
    for (const leaf of hashes.slice(0, 5)) frontier.append(leaf);
    const clone = frontier.clone();
    for (const leaf of hashes.slice(5, 9)) clone.append(leaf);
    expect(frontier.root()).toEqual(rootOf(5));
    expect(clone.root()).toEqual(rootOf(9));
  });

  it("refuses bytes whose length does not fit their size", () => {
    const frontier = Frontier.empty(sha256);
    for (const leaf of hashes.slice(0, 5)) frontier.append(leaf);
    const bytes = frontier.toBytes();
    expect(() => Frontier.fromBytes(sha256, bytes.subarray(1))).toThrow(RangeError);
    expect(() => Frontier.fromBytes(sha256, Uint8Array.of(...bytes, 0))).toThrow(RangeError);
    expect(() => Frontier.fromBytes(sha256, bytes.subarray(0, 4))).toThrow(RangeError);
    expect(() => Frontier.fromBytes(sha256, new Uint8Array(8).fill(255))).toThrow(RangeError);
  });

  it("reports each complete subtree once, when it becomes complete", () => {
    const seen: Subtree[] = [];
    const frontier = Frontier.empty(sha256);
    for (const leaf of hashes.slice(0, 4)) frontier.append(leaf, (subtree) => seen.push(subtree));
    expect(seen.map(({ level, index }) => `${level}/${index}`)).toEqual([
      "0/0",
      "0/1",
      "1/0",
      "0/2",
      "0/3",
      "1/1",
      "2/0",
    ]);
  });

  it("does not read a subtree that is not complete", () => {
    expect(() => tree.read({ level: 8, index: 1 })).toThrow(RangeError);
  });
});

describe("inclusion proofs", () => {
  it("agree with RFC 6962 §2.1.1 word for word, and verify", () => {
    for (const size of [1, 2, 3, 7, 8, 9, 33, 64, 65, 100]) {
      for (let index = 0; index < size; index++) {
        const proof = inclusionProof(sha256, tree.read, { index, size });
        expect(proof).toEqual(plainPath(index, hashes.slice(0, size)));
        const leaf = hashes[index] ?? new Uint8Array();
        verifyInclusion(sha256, { leafHash: leaf, index, size, proof, root: rootOf(size) });
      }
    }
  });

  it("name the stored hashes they are made from", () => {
    for (const subtree of inclusionSubtrees({ index: 77, size: 211 })) tree.read(subtree);
    expect(inclusionSubtrees({ index: 0, size: 1 })).toEqual([]);
  });

  it("fail when any byte, the index or the size is another", () => {
    const positions = fc.integer({ min: 2, max: 300 }).chain((size) =>
      fc.record({
        size: fc.constant(size),
        index: fc.nat(size - 1),
        pick: fc.nat(),
        bit: fc.nat(255),
      }),
    );
    fc.assert(
      fc.property(positions, ({ size, index, pick, bit }) => {
        const proof = inclusionProof(sha256, tree.read, { index, size });
        const leaf = hashes[index] ?? new Uint8Array();
        const claim = { leafHash: leaf, index, size, proof, root: rootOf(size) };
        const at = pick % proof.length;
        const flipped = proof.map((one, step) => (step === at ? flip(one, bit) : one));
        expect(codeOf(() => verifyInclusion(sha256, { ...claim, proof: flipped }))).toBe(
          "PROOF_INVALID",
        );
        expect(codeOf(() => verifyInclusion(sha256, { ...claim, leafHash: flip(leaf, bit) }))).toBe(
          "PROOF_INVALID",
        );
        expect(
          codeOf(() => verifyInclusion(sha256, { ...claim, root: flip(claim.root, bit) })),
        ).toBe("PROOF_INVALID");
        expect(codeOf(() => verifyInclusion(sha256, { ...claim, proof: proof.slice(1) }))).toBe(
          "PROOF_INVALID",
        );
        expect(codeOf(() => verifyInclusion(sha256, { ...claim, proof: [...proof, leaf] }))).toBe(
          "PROOF_INVALID",
        );
        expect(codeOf(() => verifyInclusion(sha256, { ...claim, index: (index + 1) % size }))).toBe(
          "PROOF_INVALID",
        );
        expect(codeOf(() => verifyInclusion(sha256, { ...claim, index: size }))).toBe(
          "PROOF_INVALID",
        );
      }),
    );
  });

  it("refuse hashes of another length", () => {
    const claim = { leafHash: new Uint8Array(31), index: 0, size: 1, proof: [], root: rootOf(1) };
    expect(codeOf(() => verifyInclusion(sha256, claim))).toBe("PROOF_INVALID");
    expect(() => inclusionProof(sha256, tree.read, { index: 3, size: 3 })).toThrow(RangeError);
    expect(() => inclusionProof(sha256, tree.read, { index: 0.5, size: 3 })).toThrow(RangeError);
  });
});

describe("consistency proofs", () => {
  it("agree with RFC 6962 §2.1.2 word for word, and verify", () => {
    for (const newSize of [1, 2, 3, 7, 8, 9, 33, 64, 65, 100]) {
      for (let oldSize = 1; oldSize <= newSize; oldSize++) {
        const proof = consistencyProof(sha256, tree.read, { oldSize, newSize });
        expect(proof).toEqual(plainSubproof(oldSize, hashes.slice(0, newSize)));
        const claim = {
          oldSize,
          newSize,
          proof,
          oldRoot: rootOf(oldSize),
          newRoot: rootOf(newSize),
        };
        verifyConsistency(sha256, claim);
      }
    }
  });

  it("are empty from nothing, but the old root must be that of nothing", () => {
    const claim = {
      oldSize: 0,
      newSize: 9,
      proof: [],
      oldRoot: emptyRoot(sha256),
      newRoot: rootOf(9),
    };
    verifyConsistency(sha256, claim);
    expect(codeOf(() => verifyConsistency(sha256, { ...claim, oldRoot: rootOf(1) }))).toBe(
      "CHECKPOINT_INCONSISTENT",
    );
  });

  it("between equal sizes accept only the same root", () => {
    const claim = { oldSize: 9, newSize: 9, proof: [], oldRoot: rootOf(9), newRoot: rootOf(9) };
    verifyConsistency(sha256, claim);
    expect(codeOf(() => verifyConsistency(sha256, { ...claim, newRoot: rootOf(8) }))).toBe(
      "CHECKPOINT_INCONSISTENT",
    );
  });

  it("fail when any byte or a size is another", () => {
    const pairs = fc.integer({ min: 2, max: 300 }).chain((newSize) =>
      fc.record({
        newSize: fc.constant(newSize),
        oldSize: fc.integer({ min: 1, max: newSize - 1 }),
        pick: fc.nat(),
        bit: fc.nat(255),
      }),
    );
    fc.assert(
      fc.property(pairs, ({ oldSize, newSize, pick, bit }) => {
        const proof = consistencyProof(sha256, tree.read, { oldSize, newSize });
        const claim = {
          oldSize,
          newSize,
          proof,
          oldRoot: rootOf(oldSize),
          newRoot: rootOf(newSize),
        };
        const at = pick % proof.length;
        const flipped = proof.map((one, step) => (step === at ? flip(one, bit) : one));
        const { oldRoot, newRoot } = claim;
        expect(codeOf(() => verifyConsistency(sha256, { ...claim, proof: flipped }))).toBe(
          "CHECKPOINT_INCONSISTENT",
        );
        expect(
          codeOf(() => verifyConsistency(sha256, { ...claim, oldRoot: flip(oldRoot, bit) })),
        ).toBe("CHECKPOINT_INCONSISTENT");
        expect(
          codeOf(() => verifyConsistency(sha256, { ...claim, newRoot: flip(newRoot, bit) })),
        ).toBe("CHECKPOINT_INCONSISTENT");
        expect(codeOf(() => verifyConsistency(sha256, { ...claim, proof: proof.slice(1) }))).toBe(
          "CHECKPOINT_INCONSISTENT",
        );
        expect(
          codeOf(() => verifyConsistency(sha256, { ...claim, proof: [...proof, oldRoot] })),
        ).toBe("CHECKPOINT_INCONSISTENT");
      }),
    );
  });

  it("never lets a log shrink", () => {
    const claim = { oldSize: 9, newSize: 8, proof: [], oldRoot: rootOf(9), newRoot: rootOf(8) };
    expect(codeOf(() => verifyConsistency(sha256, claim))).toBe("CHECKPOINT_INCONSISTENT");
  });

  it("name the stored hashes they are made from", () => {
    const subtrees = consistencySubtrees({ oldSize: 77, newSize: 211 });
    expect(subtrees.map(tree.read).every((hash) => hash.length === 32)).toBe(true);
  });
});

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  return bytes.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
}

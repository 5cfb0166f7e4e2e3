import { createHash } from "node:crypto";
import { SparseMerkleTree } from "@fuel-ts/merkle";
import {
  depthFor,
  StateMap,
  verifyMapProof,
  type BucketStore,
  type BucketWrite,
  type MapChange,
  type MapProof,
} from "@scrip/state-map";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

// How the inputs of the two map onto each other. `SparseMerkleTree.update(key, value)` takes hex with 0x:
//  - its key is our key, as it is (celestiaorg/smt would hash it first; our keys are hashes already: `mapKey`);
//  - its value is the state's bytes; it hashes them itself, while we are given that hash:
//    its leaf H(0x00 ‖ key ‖ H(value)) is our H(0x00 ‖ key ‖ valueHash) with valueHash = H(value);
//  - its `delete(key)` is our `valueHash: null`; its root without leaves is 32 zero bytes, as ours;
//  - its side nodes run from the leaf to the root and spell empty ones out; our siblings run the other way.

const sha256 = (data: Uint8Array): Uint8Array =>
  new Uint8Array(createHash("sha256").update(data).digest());
const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString("hex")}`;
const zero = hex(new Uint8Array(32));

/** One thing done to both maps; without a value the key is removed. */
interface Act {
  readonly key: Uint8Array;
  readonly value: Uint8Array | null;
}

class TableStore implements BucketStore {
  readonly #table = new Map<number, Uint8Array>();

  read(bucket: number): Uint8Array | undefined {
    return this.#table.get(bucket);
  }
  write(writes: readonly BucketWrite[]): void {
    for (const { bucket, bytes } of writes) {
      if (bytes === null) this.#table.delete(bucket);
      else this.#table.set(bucket, bytes);
    }
  }
}

class BothMaps {
  readonly theirs = new SparseMerkleTree();
  readonly ours: StateMap;
  readonly #store = new TableStore();

  constructor(depth: number) {
    this.ours = StateMap.open({ hash: sha256, store: this.#store, shape: { depth, count: 0 } });
  }

  act(acts: readonly Act[]): void {
    const changes = new Map<string, MapChange>();
    for (const { key, value } of acts) {
      if (value === null) this.theirs.delete(hex(key));
      else this.theirs.update(hex(key), hex(value));
      changes.set(hex(key), { key, valueHash: value === null ? null : sha256(value) });
    }
    const update = this.ours.update(changes.values());
    this.#store.write(update.writes);
    this.ours.commit(update);
  }
}

/** Our proof in the shape of theirs. */
function sideNodes(proof: MapProof): string[] {
  return proof.siblings.map((sibling) => (sibling === null ? zero : hex(sibling))).toReversed();
}

function otherLeaf({ terminal }: MapProof): string {
  if (terminal.kind !== "other") return "";
  return hex(Buffer.concat([Uint8Array.of(0), terminal.key, terminal.valueHash]));
}

const keyFromFew = fc.integer({ min: 0, max: 60 }).map((n) => sha256(Uint8Array.of(n)));
const longShared = fc.integer({ min: 0, max: 255 }).map((position) => {
  const key = new Uint8Array(32);
  key[position >>> 3] = 0x80 >>> (position & 7);
  return key;
});
const key = fc.oneof({ arbitrary: keyFromFew, weight: 3 }, { arbitrary: longShared, weight: 1 });
const value = fc.option(fc.uint8Array({ minLength: 1, maxLength: 40 }), { nil: null, freq: 3 });
const acts = fc.array(fc.record({ key, value }), { maxLength: 40 });
const depth = fc.integer({ min: 0, max: 8 });

describe("the map, beside @fuel-ts/merkle", () => {
  it("has the same root after every batch of additions, changes and removals", () => {
    fc.assert(
      fc.property(fc.array(acts, { minLength: 1, maxLength: 5 }), depth, (batches, depth) => {
        const both = new BothMaps(depth);
        for (const batch of batches) {
          both.act(batch);
          expect(hex(both.ours.root)).toBe(both.theirs.root);
        }
      }),
    );
  });

  it("proves presence and absence by the same side nodes and the same other leaf", () => {
    fc.assert(
      fc.property(acts, fc.array(key, { maxLength: 10 }), depth, (batch, others, depth) => {
        const both = new BothMaps(depth);
        both.act(batch);
        for (const key of [...batch.map(({ key }) => key), ...others]) {
          const proof = both.ours.prove(key);
          const theirs = both.theirs.prove(hex(key));
          expect(sideNodes(proof)).toEqual(theirs.SideNodes);
          expect(otherLeaf(proof)).toBe(theirs.NonMembershipLeafData);
          const valueHash = both.ours.get(key) ?? null;
          verifyMapProof(sha256, { root: both.ours.root, key, valueHash }, proof);
        }
      }),
    );
  });

  it("has the same root with thousands of leaves, and again when most are removed", () => {
    const both = new BothMaps(depthFor(3_000));
    const leaves = Array.from({ length: 3_000 }, (_, i) => {
      const id = Buffer.from(`card ${i}`);
      return { key: sha256(id), value: id };
    });
    both.act(leaves);
    expect(hex(both.ours.root)).toBe(both.theirs.root);
    both.act(leaves.slice(0, 2_900).map(({ key }) => ({ key, value: null })));
    expect(hex(both.ours.root)).toBe(both.theirs.root);
    both.act(leaves.slice(2_900).map(({ key }) => ({ key, value: null })));
    expect([hex(both.ours.root), both.theirs.root]).toEqual([zero, zero]);
  });
});

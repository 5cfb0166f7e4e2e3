import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { depthFor, MapStoreError, mapKey, rebucket, StateMap } from "../src/index.ts";
import { batch } from "./arbitraries.ts";
import type { MemoryStore } from "./memory-store.ts";
import { apply, newMap } from "./opened-map.ts";
import { hex, sha256 } from "./sha256.ts";

/** A map of `count` leaves spread evenly. */
function filled(
  count: number,
  depth: number,
): { readonly map: StateMap; readonly store: MemoryStore } {
  const opened = newMap(depth);
  const changes = Array.from({ length: count }, (_, i) => {
    const key = sha256(Buffer.from(`key ${i}`));
    return { key, valueHash: sha256(key) };
  });
  apply(opened, changes);
  return opened;
}

function altered(store: MemoryStore, bucket: number, at: number): void {
  const bytes = new Uint8Array(store.read(bucket) ?? []);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  store.write([{ bucket, bytes }]);
}

function faultOf(open: () => unknown): MapStoreError {
  try {
    open();
  } catch (error) {
    if (error instanceof MapStoreError) return error;
    throw error;
  }
  throw new Error("nothing was wrong");
}

describe("opening a map", () => {
  it("names the first bad bucket when it verifies: any byte of any part", () => {
    const { store, map } = filled(60, 3);
    const original = store.read(5)?.slice() ?? null;
    for (let at = 0; at < (original?.length ?? 0); at++) {
      altered(store, 5, at);
      const fault = faultOf(() =>
        StateMap.open({ hash: sha256, store, shape: map.shape, verify: true }),
      );
      expect([fault.code, fault.bucket]).toEqual(["MAP_STORE_CORRUPT", 5]);
      store.write([{ bucket: 5, bytes: original }]);
    }
    expect(original?.length).toBeGreaterThan(96);
  });

  it("names a bucket whose keys are out of order, given twice, or of another bucket", () => {
    const { store, map } = filled(60, 3);
    const faulty = (bytes: Uint8Array): number | undefined => {
      const other = store.read(2)?.slice() ?? null;
      store.write([{ bucket: 2, bytes }]);
      const { depth } = map.shape;
      const count = map.shape.count + (bytes.length - (other?.length ?? 0)) / 96;
      const open = () =>
        StateMap.open({ hash: sha256, store, shape: { depth, count }, verify: true });
      const { bucket } = faultOf(open);
      store.write([{ bucket: 2, bytes: other }]);
      return bucket;
    };
    const bytes = store.read(2)?.slice() ?? new Uint8Array();
    const [first, second] = [bytes.slice(0, 96), bytes.slice(96, 192)];
    expect(faulty(Buffer.concat([second, first, bytes.slice(192)]))).toBe(2);
    expect(faulty(Buffer.concat([first, first]))).toBe(2);
    expect(faulty(store.read(3)?.slice() ?? bytes)).toBe(2);
  });

  it("refuses a store that gives a record twice", () => {
    const { store, map } = filled(60, 3);
    const twice = { read: () => undefined, records: () => [...store.records()].flatMap(copied) };
    const copied = ({ bucket }: { readonly bucket: number }) => {
      const bytes = store.read(bucket)?.slice() ?? new Uint8Array();
      return [
        { bucket, bytes },
        { bucket, bytes },
      ];
    };
    const { depth, count } = map.shape;
    const shape = { depth, count: 2 * count };
    expect(faultOf(() => StateMap.open({ hash: sha256, store: twice, shape })).bucket).toBe(
      [...store.records()][0]?.bucket,
    );
  });

  it("notices a missing record, one too many, and one that is cut short", () => {
    const { store, map } = filled(60, 3);
    const open = (): StateMap => StateMap.open({ hash: sha256, store, shape: map.shape });
    const bytes = store.read(2)?.slice() ?? new Uint8Array();
    store.write([{ bucket: 2, bytes: null }]);
    expect(faultOf(open).bucket).toBeUndefined();
    store.write([{ bucket: 2, bytes: bytes.subarray(1) }]);
    expect(faultOf(open).bucket).toBe(2);
    store.write([
      { bucket: 2, bytes },
      { bucket: 8, bytes },
    ]);
    expect(faultOf(open).bucket).toBe(8);
  });

  it("refuses to work on a record of another version than the committed one", () => {
    const { store, map } = filled(60, 3);
    const key = sha256(Buffer.from("key 0"));
    const update = map.update([{ key, valueHash: null }]);
    store.write(update.writes);
    const [bucket] = update.writes.map(({ bucket }) => bucket);
    expect(faultOf(() => map.prove(key)).bucket).toBe(bucket);
    expect(faultOf(() => map.update([{ key, valueHash: key }])).bucket).toBe(bucket);
  });
});

describe("a map's depth", () => {
  it.each([-1, 0.5, 25, Number.NaN])("cannot be %d", (depth) => {
    expect(() => newMap(depth)).toThrow(RangeError);
  });
});

describe("spreading a map over more buckets", () => {
  it("keeps the root, when written in place, and leaves no record behind", () => {
    fc.assert(
      fc.property(
        batch,
        fc.integer({ min: 17, max: 200 }),
        fc.integer({ min: 0, max: 2 }),
        (more, count, depth) => {
          const { store, map } = filled(count, depth);
          apply({ map, store }, more);
          const spread = rebucket({ hash: sha256, store, shape: map.shape });
          fc.pre(spread !== undefined);
          store.write(spread.writes);
          const again = { hash: sha256, store, shape: spread.shape, verify: true };
          expect(spread.shape.depth).toBeGreaterThan(depth);
          expect(hex(StateMap.open(again).root)).toBe(hex(map.root));
        },
      ),
    );
  });

  it("moves leaves out of a bucket whose place stays empty", () => {
    // All keys start with a 1: bucket 1 of 2 must go when there are 64.
    const opened = newMap(1);
    const keys = Array.from({ length: 300 }, (_, i) => sha256(Buffer.from([i & 255, i >> 8])));
    apply(
      opened,
      keys.map((key) => ({ key: key.fill(0xff, 0, 1), valueHash: key })),
    );
    const { shape, root } = opened.map;
    const spread = rebucket({ hash: sha256, store: opened.store, shape });
    opened.store.write(spread?.writes ?? []);
    const again = {
      hash: sha256,
      store: opened.store,
      shape: spread?.shape ?? shape,
      verify: true,
    };
    expect(StateMap.open(again).root).toEqual(root);
    expect(opened.store.read(1)).toBeUndefined();
  });

  it("is not wanted while buckets have at most 16 leaves on average", () => {
    const { store, map } = filled(64, 2);
    expect(rebucket({ hash: sha256, store, shape: map.shape })).toBeUndefined();
    expect([0, 16, 17, 32, 33, 1_000_000].map(depthFor)).toEqual([0, 0, 1, 1, 2, 16]);
  });

  it("stops at a damaged record", () => {
    const { store, map } = filled(100, 1);
    altered(store, 0, 40);
    const spread = rebucket({ hash: sha256, store, shape: map.shape });
    expect(faultOf(() => [...(spread?.writes ?? [])]).bucket).toBe(0);
  });
});

describe("the key of a state", () => {
  const tag = Buffer.from("scrip/v1/map/card\0");

  it("is the hash of the kind's tag and the id", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (id) => {
        const expected = sha256(Buffer.concat([tag, id]));
        expect(mapKey(sha256, tag, id)).toEqual(expected);
      }),
    );
  });

  it("refuses a tag that could be the beginning of another", () => {
    for (const bad of ["", "scrip/v1/map/card", "a\0b\0", "\0\0"])
      expect(() => mapKey(sha256, Buffer.from(bad), tag)).toThrow(RangeError);
  });
});

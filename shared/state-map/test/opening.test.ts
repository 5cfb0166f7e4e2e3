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

/** The name of the nth of eight buckets. */
const eighth = (nth: number): number => nth * 2 ** 21;

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
    const original = store.read(eighth(5))?.slice() ?? null;
    for (let at = 0; at < (original?.length ?? 0); at++) {
      altered(store, eighth(5), at);
      const fault = faultOf(() =>
        StateMap.open({ hash: sha256, store, shape: map.shape, verify: true }),
      );
      expect([fault.code, fault.bucket]).toEqual(["MAP_STORE_CORRUPT", eighth(5)]);
      store.write([{ bucket: eighth(5), bytes: original }]);
    }
    expect(original?.length).toBeGreaterThan(96);
  });

  it("names a bucket whose keys are out of order, given twice, or of another bucket", () => {
    const { store, map } = filled(60, 3);
    const faulty = (bytes: Uint8Array): number | undefined => {
      const other = store.read(eighth(2))?.slice() ?? null;
      store.write([{ bucket: eighth(2), bytes }]);
      const { depth } = map.shape;
      const count = map.shape.count + (bytes.length - (other?.length ?? 0)) / 96;
      const open = () =>
        StateMap.open({ hash: sha256, store, shape: { depth, count }, verify: true });
      const { bucket } = faultOf(open);
      store.write([{ bucket: eighth(2), bytes: other }]);
      return bucket;
    };
    const bytes = store.read(eighth(2))?.slice() ?? new Uint8Array();
    const [first, second] = [bytes.slice(0, 96), bytes.slice(96, 192)];
    expect(faulty(Buffer.concat([second, first, bytes.slice(192)]))).toBe(eighth(2));
    expect(faulty(Buffer.concat([first, first]))).toBe(eighth(2));
    expect(faulty(store.read(eighth(3))?.slice() ?? bytes)).toBe(eighth(2));
  });

  it("notices a missing record, and one that is cut short", () => {
    const { store, map } = filled(60, 3);
    const open = (): StateMap => StateMap.open({ hash: sha256, store, shape: map.shape });
    const bytes = store.read(eighth(2))?.slice() ?? new Uint8Array();
    store.write([{ bucket: eighth(2), bytes: null }]);
    expect(faultOf(open).bucket).toBeUndefined();
    store.write([{ bucket: eighth(2), bytes: bytes.subarray(1) }]);
    expect(faultOf(open).bucket).toBe(eighth(2));
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

describe("a bucket's name", () => {
  it("comes before every key in it, and after every key of the buckets before it", () => {
    const { store, map } = filled(200, 5);
    const first24 = (key: Uint8Array): number => Buffer.from(key).readUIntBE(0, 3);
    for (let nth = 0; nth < 32; nth++) {
      const name = nth * 2 ** 19;
      const bytes = store.read(name) ?? new Uint8Array();
      for (let at = 32; at < bytes.length; at += 96) {
        expect(first24(bytes.subarray(at))).toBeGreaterThanOrEqual(name);
        expect(first24(bytes.subarray(at))).toBeLessThan(name + 2 ** 19);
      }
    }
    expect(store.buckets).toBeLessThanOrEqual(32);
    expect(map.shape.count).toBe(200);
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
    // All keys start with eight ones: the bucket of those that start with one begins where nothing lies now.
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
    expect(opened.store.read(2 ** 23)).toBeUndefined();
  });

  it("is not wanted while buckets have at most 8 leaves on average", () => {
    const { store, map } = filled(32, 2);
    expect(rebucket({ hash: sha256, store, shape: map.shape })).toBeUndefined();
    expect([0, 8, 9, 16, 17, 1_000_000].map(depthFor)).toEqual([0, 0, 1, 1, 2, 17]);
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

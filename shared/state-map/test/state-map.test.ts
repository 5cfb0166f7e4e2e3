import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StateMap } from "../src/index.ts";
import { batch, batches, depth, key } from "./arbitraries.ts";
import { changed, naiveRoot, type Table } from "./naive-map.ts";
import { apply, newMap } from "./opened-map.ts";
import { hex, sha256 } from "./sha256.ts";

const byte = (n: number): Uint8Array => new Uint8Array(32).fill(n);

describe("a state map", () => {
  it("has the root of its leaves after every batch of additions, changes and removals", () => {
    fc.assert(
      fc.property(batches, depth, (history, depth) => {
        const opened = newMap(depth);
        let table: Table = new Map();
        for (const changes of history) {
          apply(opened, changes);
          table = changed(table, changes);
          expect(hex(opened.map.root)).toBe(hex(naiveRoot(table)));
          expect(opened.map.shape).toEqual({ depth, count: table.size });
        }
        for (const [key, valueHash] of table)
          expect(opened.map.get(Buffer.from(key, "hex"))).toEqual(valueHash);
      }),
    );
  });

  it("has the same root whether changes come in one batch, one by one, or at another depth", () => {
    fc.assert(
      fc.property(
        batch,
        fc.infiniteStream(fc.nat()),
        depth,
        depth,
        (changes, order, one, other) => {
          const together = newMap(one);
          apply(together, changes);
          const apart = newMap(other);
          const rank = new Map(changes.map((change) => [change, order.next().value]));
          const shuffled = changes.toSorted((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
          for (const change of shuffled) apply(apart, [change]);
          expect(hex(apart.map.root)).toBe(hex(together.map.root));
        },
      ),
    );
  });

  it("opens again as it was, and every hash in its records is the one its leaves give", () => {
    fc.assert(
      fc.property(batches, depth, (history, depth) => {
        const { map, store } = newMap(depth);
        for (const changes of history) apply({ map, store }, changes);
        const again = { hash: sha256, store, shape: map.shape };
        expect(StateMap.open(again).root).toEqual(map.root);
        expect(StateMap.open({ ...again, verify: true }).root).toEqual(map.root);
      }),
    );
  });

  it("gets from any set of six leaves to any other in one update", () => {
    // Bits 0 and 1, 6 and 7 of the first byte: two far from all, four close together.
    const keys = [0x00, 0x40, 0x80, 0x81, 0x82, 0x83].map((n) => new Uint8Array(32).fill(n, 0, 1));
    const subset = (mask: number): readonly Uint8Array[] =>
      keys.filter((_, i) => ((mask >>> i) & 1) === 1);
    const roots = Array.from({ length: 64 }, (_, mask) =>
      hex(naiveRoot(new Map(subset(mask).map((key) => [hex(key), key])))),
    );
    for (let pair = 0; pair < 64 * 64; pair++) {
      const [from, to] = [pair >>> 6, pair & 63];
      const opened = newMap(pair % 3);
      apply(
        opened,
        subset(from).map((key) => ({ key, valueHash: key })),
      );
      apply(opened, [
        ...subset(from & ~to).map((key) => ({ key, valueHash: null })),
        ...subset(to & ~from).map((key) => ({ key, valueHash: key })),
      ]);
      expect(hex(opened.map.root)).toBe(roots[to]);
    }
  });

  it("removes the records of buckets that become empty", () => {
    const opened = newMap(4);
    apply(opened, [
      { key: byte(1), valueHash: byte(9) },
      { key: byte(0xf1), valueHash: byte(9) },
    ]);
    expect(opened.store.buckets).toBe(2);
    apply(opened, [
      { key: byte(1), valueHash: null },
      { key: byte(0xf1), valueHash: null },
    ]);
    expect(opened.store.buckets).toBe(0);
    expect(opened.map.root).toEqual(new Uint8Array(32));
  });

  it("knows no value for a key it does not have", () => {
    fc.assert(
      fc.property(batch, key, depth, (changes, key, depth) => {
        const opened = newMap(depth);
        apply(opened, changes);
        const valueHash = changed(new Map(), changes).get(hex(key));
        expect(opened.map.get(key)).toEqual(valueHash);
      }),
    );
  });
});

describe("an update", () => {
  it("changes nothing until it is committed", () => {
    fc.assert(
      fc.property(batch, batch, depth, (first, second, depth) => {
        const { map, store } = newMap(depth);
        apply({ map, store }, first);
        const { root, shape } = map;
        const update = map.update(second);
        expect([map.root, map.shape]).toEqual([root, shape]);
        for (const { key } of second)
          expect(map.get(key)).toEqual(changed(new Map(), first).get(hex(key)));
        store.write(update.writes);
        map.commit(update);
        expect([map.root, map.shape]).toEqual([update.root, update.shape]);
      }),
    );
  });

  it("can be discarded by computing another one", () => {
    const opened = newMap(3);
    const discarded = opened.map.update([{ key: byte(1), valueHash: byte(1) }]);
    apply(opened, [{ key: byte(2), valueHash: byte(2) }]);
    expect(opened.map.root).toEqual(naiveRoot(new Map([[hex(byte(2)), byte(2)]])));
    expect(() => opened.map.commit(discarded)).toThrow("newest update");
  });

  it("cannot be committed twice", () => {
    const { map, store } = newMap(3);
    const update = map.update([{ key: byte(1), valueHash: byte(1) }]);
    store.write(update.writes);
    map.commit(update);
    expect(() => map.commit(update)).toThrow("newest update");
  });

  it("refuses a key given twice and anything but 32 bytes", () => {
    const { map } = newMap(3);
    const change = { key: byte(1), valueHash: byte(1) };
    expect(() => map.update([change, { ...change, valueHash: null }])).toThrow(RangeError);
    expect(() => map.update([{ ...change, key: new Uint8Array(31) }])).toThrow(RangeError);
    expect(() => map.update([{ ...change, valueHash: new Uint8Array(33) }])).toThrow(RangeError);
    expect(() => map.prove(new Uint8Array(31))).toThrow(RangeError);
  });

  it("without changes keeps the root and writes nothing", () => {
    const { map } = newMap(3);
    expect(map.update([])).toEqual({ root: map.root, shape: map.shape, writes: [] });
  });
});

import { cardId, opId } from "@scrip/domain";
import { type BlockRecord, type FollowerStore, PortError } from "@scrip/ports";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { entryAt, StoreBlocks, tileAt } from "./ledger/store-blocks.ts";

/** One place where a store keeps its things, opened as often as a test likes. */
export interface FollowerStorePlace {
  open(): Promise<FollowerStore>;
  /** Removes the place; every store of it is closed by then. */
  remove(): Promise<void>;
}

const key = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const hexOf = (fill: string, count: number): string => fill.repeat(count);
const plain = (found: Uint8Array | undefined): number[] | undefined => found && [...found];

/** What every follower store promises. */
export function followerStoreSuite(
  name: string,
  newPlace: () => Promise<FollowerStorePlace>,
): void {
  describe(`follower store: ${name}`, () => {
    let place: FollowerStorePlace;
    let store: FollowerStore;
    let blocks: StoreBlocks;

    beforeEach(async () => {
      place = await newPlace();
      store = await place.open();
      blocks = new StoreBlocks();
    });
    afterEach(async () => {
      await store.close();
      await place.remove();
    });
    const reopen = async (): Promise<void> => {
      await store.close();
      store = await place.open();
    };

    it("is empty at first", () => {
      expect(store.meta()).toBeUndefined();
      expect(store.size()).toBe(0);
      expect(store.entry(0)).toBeUndefined();
      expect(store.entries(0, 10)).toEqual([]);
      expect(store.blocks(0, 10)).toEqual([]);
      expect(store.checkpoint()).toBeUndefined();
      expect(store.bucket(0)).toBeUndefined();
    });

    it("keeps a whole block, also over a reopening", async () => {
      await store.commit(richBlock(blocks));
      expectRichBlock(store);
      await reopen();
      expectRichBlock(store);
    });

    it("shows a block in the step that says so, and not before", async () => {
      await store.commit(blocks.next(1));
      const seen: number[] = [];
      const committing = store.commit(blocks.next(2), () => seen.push(store.size()));
      seen.push(store.size());
      await Promise.resolve();
      expect(plain(store.meta())).toEqual([0]);
      await committing;
      expect(seen).toEqual([1, 3]);
      expect(plain(store.meta())).toEqual([1]);
    });

    it("takes leaves and buckets away", async () => {
      await store.commit(richBlock(blocks));
      const leaves = [{ key: key(1), bytes: null }];
      await store.commit(blocks.next(1, { leaves, buckets: [{ bucket: 7, bytes: null }] }));
      expect(store.leaf(key(1))).toBeUndefined();
      expect(plain(store.leaf(key(2)))).toEqual([2]);
      expect(store.bucket(7)).toBeUndefined();
      expect(plain(store.bucket(70_000))).toEqual([70]);
    });

    it.each<[string, Partial<BlockRecord>]>([
      ["a gap", { fromIndex: 4 }],
      ["an overlap", { fromIndex: 2 }],
      ["a height that was there", { height: 0 }],
      ["no entries", { entries: [] }],
      ["an entry that no bundle can hold", { entries: [new Uint8Array(65_536)] }],
      ["a shorter tile", { tiles: [{ level: 0, index: 0, bytes: tileAt(0, 2) }] }],
      ["a changed hash", { tiles: [{ level: 0, index: 0, bytes: new Uint8Array(4 * 32) }] }],
      ["half a hash", { tiles: [{ level: 0, index: 0, bytes: new Uint8Array(100) }] }],
      ["a tile too wide", { tiles: [{ level: 0, index: 0, bytes: tileAt(0, 257) }] }],
    ])("refuses %s and changes nothing", async (_, fault) => {
      await store.commit(blocks.next(3, { leaves: [{ key: key(1), bytes: bytes(1) }] }));
      const bad = blocks.next(1, { leaves: [{ key: key(1), bytes: bytes(2) }], ...fault });
      await expect(store.commit(bad)).rejects.toMatchObject({ code: "CONTRACT_BROKEN" });
      await reopen();
      expect(store.size()).toBe(3);
      expect(plain(store.leaf(key(1)))).toEqual([1]);
      expect(plain(store.meta())).toEqual([0]);
      expect(plain(store.tile(0, 0))).toEqual([...tileAt(0, 3)]);
    });

    it("refuses to rewrite a full tile", async () => {
      await store.commit(blocks.next(256));
      const changed = tileAt(0, 256);
      changed[0] = 255;
      const crime = blocks.next(1, { tiles: [{ level: 0, index: 0, bytes: changed }] });
      await expect(store.commit(crime)).rejects.toBeInstanceOf(PortError);
      expect(plain(store.tile(0, 0))).toEqual([...tileAt(0, 256)]);
    });

    it("finds any entry and any run of them, however the blocks were cut", async () => {
      const counts = [1, 254, 1, 1, 300, 2, 513, 7];
      for (const count of counts) await store.commit(blocks.next(count));
      await reopen();
      await fc.assert(
        fc.asyncProperty(fc.nat(blocks.size + 5), fc.nat(600), async (from, count) => {
          const expected = Array.from({ length: count }, (__, at) => from + at);
          const there = expected.filter((index) => index < blocks.size);
          expect(store.entries(from, count).map(plain)).toEqual(
            there.map((index) => [...entryAt(index)]),
          );
          expect(plain(store.entry(from))).toEqual(
            from < blocks.size ? [...entryAt(from)] : undefined,
          );
        }),
        { numRuns: 60 },
      );
      expect(plain(store.tile(0, 4))).toEqual([...tileAt(4, blocks.size - 4 * 256)]);
    });

    it("lists blocks from the one that holds an entry", async () => {
      for (const count of [2, 3, 4]) await store.commit(blocks.next(count));
      expect(store.blocks(0, 2)).toEqual([
        { height: 0, fromIndex: 0, size: 2 },
        { height: 1, fromIndex: 2, size: 5 },
      ]);
      expect(store.blocks(4, 9).map(({ height }) => height)).toEqual([1, 2]);
      expect(store.blocks(5, 9).map(({ height }) => height)).toEqual([2]);
      expect(store.blocks(9, 9)).toEqual([]);
    });

    it("gives an id the first index it got, and pages through histories", async () => {
      await store.commit(richBlock(blocks));
      const again = { eventId: hexOf("ab", 32), index: 4 };
      const card = cardId(hexOf("0a", 20));
      const op = opId(hexOf("0b", 32));
      const index = {
        events: [again],
        cards: [4, 5, 6].map((at) => ({ cardId: card, index: at })),
        operations: [{ opId: op, index: 4 }],
        control: [4, 5],
        lists: [],
      };
      await store.commit(blocks.next(3, { index }));
      expect(store.indexOfEvent(again.eventId)).toBe(1);
      expect(store.indexOfOperation(op)).toBe(2);
      expect(store.history(card, -1, 3)).toEqual([1, 4, 5]);
      expect(store.history(card, 5, 3)).toEqual([6]);
      expect(store.history(cardId(hexOf("0c", 20)), -1, 3)).toEqual([]);
      expect(store.controlEvents(-1, 2)).toEqual([3, 4]);
      expect(store.controlEvents(4, 2)).toEqual([5]);
      const counts = { events: 1, operations: 1, cards: 4, control: 3, listed: 2 };
      expect(store.lookupCounts()).toEqual(counts);
    });

    it("pages through a list over blocks, and through no other whose name begins alike", async () => {
      const names = ["a", "ab", "a:b", "b"];
      const kept = new Map(names.map((list) => [list, [] as number[]]));
      for (const count of [1, 7, 1, 300, 2, 40]) {
        const from = blocks.size;
        const lists = names.flatMap((list, at) => {
          const all = Array.from({ length: count }, (_, entry) => from + entry);
          const indexes = all.filter((index) => index % (at + 2) === 0);
          kept.get(list)?.push(...indexes);
          return indexes.length === 0 ? [] : [{ list, indexes }];
        });
        const index = { events: [], cards: [], operations: [], control: [], lists };
        await store.commit(blocks.next(count, { index }));
      }
      await reopen();
      const somewhere = fc.integer({ min: -1, max: blocks.size + 3 });
      fc.assert(
        fc.property(
          fc.constantFrom(...names, "c", ""),
          somewhere,
          fc.nat(200),
          (list, after, limit) => {
            const expected = (kept.get(list) ?? []).filter((index) => index > after);
            expect(store.listed(list, after, limit)).toEqual(expected.slice(0, limit));
          },
        ),
      );
    });

    it("keeps a checkpoint for each size, the newest note of each", async () => {
      await store.commit(blocks.next(2, { checkpoint: "first" }));
      await store.commit(blocks.next(2));
      expect(store.checkpoint()).toBe("first");
      expect(store.checkpoint(4)).toBeUndefined();
      await store.putCheckpoint(4, "second");
      await store.putCheckpoint(2, "first, renewed");
      await reopen();
      expect(store.checkpoint()).toBe("second");
      expect(store.checkpoint(2)).toBe("first, renewed");
      await expect(store.putCheckpoint(3, "between")).rejects.toMatchObject({
        code: "CONTRACT_BROKEN",
      });
      expect(store.checkpoint(3)).toBeUndefined();
    });

    it("puts other buckets in place of the old ones", async () => {
      await store.commit(richBlock(blocks));
      const doubled = function* (): Iterable<{ bucket: number; bytes: Uint8Array | null }> {
        yield { bucket: 15, bytes: store.bucket(7) ?? null };
        yield { bucket: 7, bytes: null };
      };
      await store.replaceBuckets(doubled(), bytes(9));
      await reopen();
      expect(store.bucket(7)).toBeUndefined();
      expect(plain(store.bucket(15))).toEqual([7]);
      expect(plain(store.bucket(70_000))).toEqual([70]);
      expect(plain(store.meta())).toEqual([9]);
    });

    it("refuses a second opening", async () => {
      await expect(place.open()).rejects.toMatchObject({ code: "NOT_OURS" });
    });
  });
}

/** A block with something of everything. */
const richBlock = (blocks: StoreBlocks): BlockRecord =>
  blocks.next(4, {
    leaves: [
      { key: key(1), bytes: bytes(1) },
      { key: key(2), bytes: bytes(2) },
    ],
    buckets: [
      { bucket: 70_000, bytes: bytes(70) },
      { bucket: 7, bytes: bytes(7) },
    ],
    index: {
      events: [{ eventId: hexOf("ab", 32), index: 1 }],
      cards: [{ cardId: cardId(hexOf("0a", 20)), index: 1 }],
      operations: [{ opId: opId(hexOf("0b", 32)), index: 2 }],
      control: [3],
      lists: [{ list: "program:gold", indexes: [1, 3] }],
    },
    checkpoint: "note of size 4",
  });

function expectRichBlock(store: FollowerStore): void {
  expect(store.size()).toBe(4);
  expect(plain(store.meta())).toEqual([0]);
  expect(plain(store.leaf(key(1)))).toEqual([1]);
  expect(plain(store.leaf(key(2)))).toEqual([2]);
  expect(store.leaf(key(3))).toBeUndefined();
  expect(plain(store.bucket(7))).toEqual([7]);
  expect(plain(store.bucket(70_000))).toEqual([70]);
  expect(plain(store.tile(0, 0))).toEqual([...tileAt(0, 4)]);
  expect(store.tile(1, 0)).toBeUndefined();
  expect(store.entries(0, 9).map(plain)).toEqual([0, 1, 2, 3].map((at) => [...entryAt(at)]));
  expect(store.blocks(3, 1)).toEqual([{ height: 0, fromIndex: 0, size: 4 }]);
  expect(store.indexOfEvent(hexOf("ab", 32))).toBe(1);
  expect(store.indexOfEvent(hexOf("cd", 32))).toBeUndefined();
  expect(store.indexOfOperation(opId(hexOf("0b", 32)))).toBe(2);
  expect(store.history(cardId(hexOf("0a", 20)), -1, 9)).toEqual([1]);
  expect(store.controlEvents(-1, 9)).toEqual([3]);
  expect(store.listed("program:gold", -1, 9)).toEqual([1, 3]);
  expect(store.checkpoint()).toBe("note of size 4");
  expect(store.checkpoint(4)).toBe("note of size 4");
}

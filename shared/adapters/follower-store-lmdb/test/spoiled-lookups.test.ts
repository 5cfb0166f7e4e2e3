import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CardId, OpId } from "@scrip/domain";
import type { FollowerStore } from "@scrip/ports";
import { StoreBlocks } from "@scrip/testing";
import { type Database, open } from "lmdb";
import { describe, expect, it, vi } from "vitest";
import { openFollowerStore } from "../src/index.ts";

const chainId = "scrip.example/test";
const eventId = "e1".repeat(32);
const opId = "01".repeat(32) as OpId;
const cardId = "c1".repeat(20) as CardId;
const list = "program:gold";

/** A store of one block, whose look-ups wait for their trees; with `settled` they are in them. */
async function stored(settled: boolean): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "scrip-follower-"));
  const store = openFollowerStore({ directory, chainId, recentLookupsMax: 0 });
  const blocks = new StoreBlocks();
  const index = {
    events: [{ eventId, index: 1 }],
    operations: [{ opId, index: 1 }],
    cards: [{ cardId, index: 1 }],
    control: [2],
    lists: [{ list, indexes: [1, 2] }],
  };
  await store.commit(blocks.next(4, { index }));
  if (settled) await store.commit(blocks.next(1, { index: null }));
  await store.close();
  return directory;
}

/** Turns over one bit of every record's value. @returns how many records there are */
async function spoil(directory: string, name: string, at: number): Promise<number> {
  const root = open({ path: directory, maxDbs: 16 });
  const records: Database<Uint8Array, Uint8Array> = root.openDB({
    name,
    encoding: "binary",
    keyEncoding: "binary",
  });
  const all = [...records.getRange()].map(({ key, value }) => ({ key: key.slice(), value }));
  for (const { key, value } of all) {
    const spoiled = Uint8Array.from(value);
    const place = at < 0 ? spoiled.length + at : at;
    spoiled[place] = (spoiled[place] ?? 0) ^ 4;
    await records.put(key, spoiled);
  }
  await root.close();
  return all.length;
}

describe("a look-up in which one bit is turned over", () => {
  const cases: readonly (readonly [string, (store: FollowerStore) => unknown, unknown])[] = [
    ["events", (store) => store.indexOfEvent(eventId), 1],
    ["operations", (store) => store.indexOfOperation(opId), 1],
    ["cards", (store) => store.history(cardId, -1, 9), [1]],
    ["control", (store) => store.controlEvents(-1, 9), [2]],
    ["lists", (store) => store.listed(list, -1, 9), [1, 2]],
  ];

  it.each(cases)("is never answered: %s", async (name, read, due) => {
    for (const at of [0, -1]) {
      const directory = await stored(true);
      const whole = openFollowerStore({ directory, chainId });
      expect(read(whole)).toEqual(due);
      await whole.close();
      expect(await spoil(directory, name, at)).toBe(1);
      const store = openFollowerStore({ directory, chainId });
      expect(() => read(store)).toThrow(
        expect.objectContaining({
          code: "CORRUPT",
          message: expect.stringMatching(/^follower store: .* is not what was written$/),
        }),
      );
      await store.close();
      await rm(directory, { recursive: true });
    }
  });

  it("lets no store be opened whose newest look-ups it is in, and gives the directory back", async () => {
    const directory = await stored(false);
    expect(await spoil(directory, "recent", 20)).toBe(1);
    const opening = () => openFollowerStore({ directory, chainId });
    const corrupt = expect.objectContaining({
      code: "CORRUPT",
      message: "follower store: the record of look-ups from entry 0 on is not what was written",
    });
    expect(opening).toThrow(corrupt);
    await vi.waitFor(() => expect(opening).toThrow(corrupt), { timeout: 20_000 });
    await rm(directory, { recursive: true });
  });
});

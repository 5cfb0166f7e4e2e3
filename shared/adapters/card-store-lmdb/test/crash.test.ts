import { rm } from "node:fs/promises";
import { type StoreUnderTest, storeGiven } from "@scrip/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openCardStore } from "../src/index.ts";
import { startChild } from "./child.ts";
import { optionsAt } from "./options.ts";
import { newDirectory } from "./place.ts";

const { cardIdIn, eventOf, opIdOf, suiteShards } = storeGiven;
const readMax = 10_000;
/** Saves that were told before each kill. */
const killsAfter = [1, 120, 777];

describe("card store on LMDB, at the moment of a crash", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await newDirectory();
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("has everything it acknowledged before kill -9, once", { timeout: 120_000 }, async () => {
    const told: string[] = [];
    for (const count of killsAfter) {
      const child = startChild(directory);
      await child.line("saved");
      while (child.lines.length < count) await new Promise((resolve) => setTimeout(resolve, 1));
      child.process.kill("SIGKILL");
      expect(await child.ended).toEqual({ code: null, signal: "SIGKILL" });
      told.push(...savedOf(child.lines));
      const store = await openCardStore(optionsAt(directory));
      await expectAll(store, told);
      await store.close();
    }
    expect(told.length).toBeGreaterThan(800);
  });

  it("loses nothing it acknowledged when the disk is full", { timeout: 60_000 }, async () => {
    // SIGXFSZ ignored, a write beyond the limit fails like one to a full disk; 4,096 blocks of 512 bytes.
    const child = startChild(directory, "trap '' XFSZ; ulimit -f 4096;");
    expect(await child.line("failed")).toBe("failed UNAVAILABLE");
    await child.ended;
    const store = await openCardStore(optionsAt(directory));
    await expectAll(store, savedOf(child.lines));
    await store.close();
  });

  const savedOf = (lines: readonly string[]): string[] =>
    lines.filter((line) => line.startsWith("saved ")).map((line) => line.slice("saved ".length));

  /** Every save that was told is there; every event belongs to one version of one card; no number is missing. */
  async function expectAll(store: StoreUnderTest, told: readonly string[]): Promise<void> {
    const events: string[] = [];
    for (let shard = 0; shard < suiteShards; shard += 1) {
      const read = await store.read(shard, 0, readMax);
      expect(read.map(({ seq }) => seq)).toEqual(read.map((_, nth) => nth));
      expect(read).toHaveLength(await store.nextSeq(shard));
      events.push(...read.map(({ eventId }) => eventId));
    }
    const seen = new Set(events);
    expect(seen.size).toBe(events.length);
    let versions = 0;
    for (let nth = 0; nth < 50; nth += 1) {
      const card = await store.card(cardIdIn(nth % suiteShards, `${directory} ${nth}`));
      versions += card?.card.version ?? 0;
    }
    expect(versions).toBe(events.length);
    const missing: string[] = [];
    for (const name of told) {
      const shard = Number.parseInt(name, 10) % suiteShards;
      const outcome = await store.outcome(shard, opIdOf(name));
      if (outcome === undefined || !seen.has(eventOf(name).eventId)) missing.push(name);
    }
    expect(missing).toEqual([]);
  }
});

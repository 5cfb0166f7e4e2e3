import { PortError, type SaveResult } from "@scrip/ports";
import { storeGiven } from "@scrip/testing";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import * as redis from "../../../../infra/provision/tools/redis.mjs";
import { withTool } from "../../../../test/stage/with-tool.ts";
import type { SharedCardStore } from "../src/index.ts";
import { openForTest } from "./places.ts";
import { placeOf, servers } from "./running.ts";

const { birth, cardIdIn, eventOf, fullCard, moveOf, opIdOf, recordOf, suiteShards } = storeGiven;
const callers = 50;
/** Saves that were told before each kill. */
const killsAfter = [200, 900, 1_700, 2_500];
const readMax = 10_000;

await withTool(redis, (found) => {
  describe("card store on Redis, whose server is killed under load", () => {
    const at = servers(found);

    it("has everything it acknowledged, once", { timeout: 120_000 }, async () => {
      let server = await at.start();
      const store = await openForTest(placeOf(server));
      const load = new Load(store);
      for (const count of killsAfter) {
        while (load.told.length < count) await load.progress();
        await server.kill();
        server = await at.startAgain(server);
        await openedAgain(store);
      }
      await load.end();
      await expectAll(store, load.told);
      expect(load.told.length).toBeGreaterThan(killsAfter.at(-1) ?? 0);
      // A save whose answer was lost may have been done: without its key it would have been done twice.
      expect(load.lostAnswers).toBeGreaterThan(0);
      await store.close();
    });
  });
});

/** Callers that save one move of their card after the other, each until it is told what became of it. */
class Load {
  readonly told: string[] = [];
  lostAnswers = 0;
  readonly #store: SharedCardStore;
  readonly #callers: Promise<void>[];
  #ending = false;

  constructor(store: SharedCardStore) {
    this.#store = store;
    this.#callers = Array.from({ length: callers }, (_, nth) => this.#saveOn(nth));
  }

  /** Waits a moment; fails with a caller that failed. */
  async progress(): Promise<void> {
    await Promise.race([sleep(2), ...this.#callers]);
  }

  async end(): Promise<void> {
    this.#ending = true;
    await Promise.all(this.#callers);
  }

  async #saveOn(nth: number): Promise<void> {
    const shard = nth % suiteShards;
    let record = recordOf(fullCard(cardIdIn(shard, `card ${nth}`)));
    await this.#store.save(birth(record, shard));
    for (let step = 0; !this.#ending; step += 1) {
      const name = `${nth} ${step}`;
      const change = moveOf(record, shard, name);
      for (;;) {
        const result = await this.#tried(() => this.#store.save(change));
        if (result === undefined) continue;
        if (result.kind === "OUTCOME_EXISTS") this.lostAnswers += 1;
        break;
      }
      this.told.push(name);
      record = change.cards[0]?.record ?? record;
    }
  }

  async #tried(save: () => Promise<SaveResult>): Promise<SaveResult | undefined> {
    try {
      return await save();
    } catch (error) {
      if (!(error instanceof PortError && error.code === "UNAVAILABLE")) throw error;
      await sleep(5);
      return undefined;
    }
  }
}

async function openedAgain(store: SharedCardStore): Promise<void> {
  for (;;) {
    try {
      await store.openForWrites(await store.serving());
      return;
    } catch (error) {
      expect(error).toMatchObject({ code: "UNAVAILABLE" });
      await sleep(5);
    }
  }
}

/** Every save that was told is there; every event belongs to one version of one card; no number is missing. */
async function expectAll(store: SharedCardStore, told: readonly string[]): Promise<void> {
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
  for (let shard = 0; shard < suiteShards; shard += 1)
    for (const { card } of await store.scan(shard, null, 1_000)) versions += card.version;
  expect(versions).toBe(events.length);
  const missing: string[] = [];
  for (const name of told) {
    const outcome = await store.outcome(Number.parseInt(name, 10) % suiteShards, opIdOf(name));
    if (outcome === undefined || !seen.has(eventOf(name).eventId)) missing.push(name);
  }
  expect(missing).toEqual([]);
}

import { rm } from "node:fs/promises";
import { storeGiven } from "@scrip/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openCardStore } from "../src/index.ts";
import { optionsAt } from "./options.ts";
import { newDirectory } from "./place.ts";

const { changeOf, eventOf, opIdOf, outcomeOf, pointerOf, suiteStart } = storeGiven;

describe("card store on LMDB, whose outbox is full", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await newDirectory();
  });
  afterEach(() => rm(directory, { recursive: true }));

  const open = () => openCardStore({ ...optionsAt(directory), outboxEventsMax: 3 });
  const event = (shard: number, name: string) =>
    changeOf(shard, { events: [eventOf(`event ${name}`)] });
  const keyed = (name: string, events: string[]) => {
    const id = opIdOf(name);
    return changeOf(1, {
      pointer: pointerOf(id, 1),
      outcome: outcomeOf(id),
      events: events.map((one) => eventOf(one)),
    });
  };

  it("saves no event more, in one commit or after a start, until the ledger has some", async () => {
    let store = await open();
    const saves = [0, 1, 2, 0, 1].map((shard, nth) => store.save(event(shard, String(nth))));
    const results = await Promise.allSettled(saves);
    expect(results.map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "fulfilled",
      "rejected",
      "rejected",
    ]);
    await store.close();
    store = await open();
    const full = { code: "UNAVAILABLE", retryable: true, outcomeKnown: true };
    await expect(store.save(event(0, "late"))).rejects.toMatchObject(full);
    await store.trim(2, { ...suiteStart(2), seq: suiteStart(2).seq + 1 });
    await expect(store.save(event(0, "late"))).resolves.toMatchObject({ kind: "SAVED" });
    await expect(store.save(event(0, "later"))).rejects.toMatchObject(full);
    await store.close();
  });

  it("still says what stands under a key, and keeps what has no event", async () => {
    const store = await open();
    await store.save(keyed("sale", ["a", "b", "c"]));
    expect(await store.save(keyed("sale", ["d"]))).toMatchObject({ kind: "OUTCOME_EXISTS" });
    expect(await store.save(keyed("decline", []))).toMatchObject({ kind: "SAVED" });
    await expect(store.save(keyed("other", ["e"]))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(await store.outcome(1, opIdOf("other"))).toBeUndefined();
    await store.close();
  });
});

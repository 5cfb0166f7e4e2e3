import { rm } from "node:fs/promises";
import { setImmediate as turn } from "node:timers/promises";
import { PortError } from "@scrip/ports";
import { storeGiven } from "@scrip/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openCardStore } from "../src/index.ts";
import { optionsAt } from "./options.ts";
import { newDirectory } from "./place.ts";

const { cardIdIn, changeOf, fullCard, opIdOf, outcomeOf, recordOf } = storeGiven;
const card = cardIdIn(1, "a");
const writers = 8;
const savesEach = 25;

describe("card store on LMDB, which remembers what was just read", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await newDirectory();
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("lets one save through per version and key, however reads and commits overlap", async () => {
    const store = await openCardStore(optionsAt(directory));
    let saved = 0;
    const end = new AbortController();
    const save = async (opId = opIdOf("only")) => {
      const version = (await store.card(card))?.card.version ?? 0;
      await store.outcome(1, opId);
      const cards = [
        { record: recordOf(fullCard(card, { version: version + 1 })), expectedVersion: version },
      ];
      const change = changeOf(1, { cards, outcome: outcomeOf(opId, "done") });
      const result = await store.save(change).catch((error: unknown) => {
        if (error instanceof PortError && error.code === "VERSION_CONFLICT") return null;
        throw error;
      });
      if (result?.kind === "SAVED") saved += 1;
      return result?.kind;
    };
    const reader = (async () => {
      for (; !end.signal.aborted; await turn()) await store.card(card);
    })();
    const writer = async (nth: number) => {
      for (let done = 0; done < savesEach;) {
        const opId = opIdOf(`${nth} ${done}`);
        if ((await save(opId)) !== "SAVED") continue;
        expect(await save(opId)).toBe("OUTCOME_EXISTS");
        done += 1;
      }
    };
    await Promise.all(Array.from({ length: writers }, (_, nth) => writer(nth)));
    end.abort();
    await reader;
    expect(saved).toBe(writers * savesEach);
    expect((await store.card(card))?.card.version).toBe(saved);
    await store.close();
  });
});

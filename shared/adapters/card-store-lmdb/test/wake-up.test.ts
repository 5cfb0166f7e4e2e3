import { rm } from "node:fs/promises";
import { storeGiven } from "@scrip/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openCardStore } from "../src/index.ts";
import { optionsAt } from "./options.ts";
import { newDirectory } from "./place.ts";

const { changeOf, eventOf } = storeGiven;

describe("card store on LMDB, which wakes listeners", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await newDirectory();
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("calls once for all saves of a commit, not once for each", async () => {
    const store = await openCardStore(optionsAt(directory));
    const heard: number[] = [];
    store.onAppend((shard) => heard.push(shard));
    const names = Array.from({ length: 300 }, (_, nth) => nth);
    await Promise.all(
      names.map((nth) => store.save(changeOf(nth % 2, { events: [eventOf(`event ${nth}`)] }))),
    );
    await store.close();
    expect(heard).toEqual([0, 1]);
  });
});

import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PortError } from "@scrip/ports";
import { storeGiven } from "@scrip/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CardStoreOptions, openCardStore } from "../src/index.ts";
import { startChild } from "./child.ts";
import { optionsAt } from "./options.ts";
import { newDirectory } from "./place.ts";

const { birth, cardIdIn, fullCard, recordOf } = storeGiven;
/** Starting a process takes its time on a busy machine. */
const slow = { timeout: 60_000 };

describe("card store on LMDB, whose directory", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await newDirectory();
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("is refused to a second process, and free again once the first was killed", slow, async () => {
    const child = startChild(directory);
    await child.line("saved");
    expect(await refusal(optionsAt(directory))).toMatch(
      new RegExp(`: process ${child.process.pid} has it open$`),
    );
    child.process.kill("SIGKILL");
    await child.ended;
    await (await openCardStore(optionsAt(directory))).close();
  });

  it("is kept while nobody reads or writes", slow, async () => {
    const store = await openCardStore(optionsAt(directory));
    await store.totals();
    const second = startChild(directory);
    expect(await second.line("refused")).toMatch(
      new RegExp(`: process ${process.pid} has it open$`),
    );
    expect((await second.ended).code).toBe(1);
    await store.close();
  });

  it("is refused to a second opening of the same process, until the first is closed", async () => {
    const store = await openCardStore(optionsAt(directory));
    expect(await refusal(optionsAt(directory))).toMatch(/this process has it open already$/);
    await store.close();
    await (await openCardStore(optionsAt(directory))).close();
  });

  it.each([
    ["another chain", { chainId: "scrip.example/other" }, /its chainId is/],
    ["another number of shards", { shards: 8 }, /its shards is 4, not 8/],
  ])("is refused to %s, which changes nothing", async (_, other, reason) => {
    const id = cardIdIn(1, "a");
    const store = await openCardStore(optionsAt(directory));
    await store.save(birth(recordOf(fullCard(id)), 1));
    await store.close();
    expect(await refusal({ ...optionsAt(directory), ...other })).toMatch(reason);
    const again = await openCardStore(optionsAt(directory));
    expect(await again.card(id)).toEqual(recordOf(fullCard(id)));
    await again.close();
  });

  it("is refused when it is a file, or lies beneath one", async () => {
    const file = join(directory, "file");
    await writeFile(file, "text");
    expect(await refusal(optionsAt(file))).toMatch(/not writable/);
    expect(await refusal(optionsAt(join(file, "store")))).toMatch(/not writable/);
  });

  it("is refused when its data file is no database", async () => {
    const inside = join(directory, "store");
    await mkdir(inside);
    await writeFile(join(inside, "data.mdb"), "x".repeat(100_000));
    expect(await refusal(optionsAt(inside))).toMatch(/no LMDB database/);
  });

  /** The one clear line of a refusal. */
  async function refusal(options: CardStoreOptions): Promise<string> {
    const error: unknown = await openCardStore(options).then(
      async (store) => {
        await store.close();
      },
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: "NOT_OURS", retryable: false });
    const message = error instanceof PortError ? error.message : "";
    expect(message).not.toContain("\n");
    return message;
  }
});

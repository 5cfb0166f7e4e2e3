import { bulkCardsPerEventMax } from "@scrip/domain";
import { failing, failOnce, type FaultPlan } from "@scrip/testing";
import { describe, expect, it } from "vitest";
import { generateBatch, generatedCards } from "../../src/index.ts";
import { cardIdsOf, generate, openBatch } from "../support/making.ts";
import { World } from "../support/world.ts";

const count = 2_300;

async function generatedIn(world: World): Promise<string[]> {
  const events = await world.cardEvents();
  return events.flatMap((event) =>
    event.type === "CardsGenerated" ? event.cards.map(({ cardId }) => cardId) : [],
  );
}

async function expectWhole(world: World, ids: readonly string[]): Promise<void> {
  const made = await generatedIn(world);
  expect(new Set(made).size).toBe(made.length);
  expect(made.toSorted()).toEqual(ids.toSorted());
}

describe("generating a batch", () => {
  it("makes every card once, in events of one shard and bounded size", async () => {
    const world = new World();
    const batch = await openBatch(world, { count });
    const told: number[] = [];
    await generateBatch(world.ports, world.seeds, {
      batch,
      stopping: () => false,
      onProgress: (generated) => told.push(generated),
    });
    await expectWhole(world, await cardIdsOf(world, batch));
    for (const event of await world.cardEvents())
      if (event.type === "CardsGenerated")
        expect(event.cards.length).toBeLessThanOrEqual(bulkCardsPerEventMax);
    expect(told.toSorted((a, b) => a - b)).toEqual(told);
    expect(told.at(-1)).toBe(count);
    expect(await generatedCards(world.ports, batch.batchId)).toBe(count);
    expect((await world.store.totals()).cards).toBe(count);
  });

  it("stopped before any chunk, goes on where it was", async () => {
    const world = new World();
    const batch = await openBatch(world, { count });
    for (let chunk = 0; chunk < 8; chunk += 1) {
      let left = chunk;
      const stopped = generate(world, batch, () => left-- <= 0).catch((error: unknown) => error);
      expect([undefined, "UNAVAILABLE"]).toContain(
        ((await stopped) as { code?: string } | undefined)?.code,
      );
    }
    await generate(world, batch);
    await expectWhole(world, await cardIdsOf(world, batch));
  });

  it.each(["BEFORE", "AFTER"] as const)(
    "goes on after any save failed, %s doing it",
    async (fault) => {
      const world = new World();
      const batch = await openBatch(world, { count });
      for (let nth = 1; nth <= 9; nth += 1) {
        const plan: FaultPlan = (method, call) =>
          method === "save" && call === nth ? fault : "NONE";
        const ports = { ...world.ports, store: failing(world.store, plan) };
        const job = { batch, stopping: () => false, onProgress: () => undefined };
        await generateBatch(ports, world.seeds, job).catch(() => undefined);
      }
      await generate(world, batch);
      await expectWhole(world, await cardIdsOf(world, batch));
    },
  );

  it("by several processes at once makes no card twice", async () => {
    const world = new World();
    const batch = await openBatch(world, { count });
    await Promise.all([generate(world, batch), generate(world, batch), generate(world, batch)]);
    await expectWhole(world, await cardIdsOf(world, batch));
  });

  it("cannot begin without a seed, and needs none when it is done", async () => {
    const world = new World();
    const batch = await openBatch(world, { count: 2 });
    const { seeds } = new World();
    const job = { batch, stopping: () => false, onProgress: () => undefined };
    await expect(generateBatch(world.ports, seeds, job)).rejects.toMatchObject({
      code: "CORRUPT",
      retryable: false,
    });
    await generate(world, batch);
    await world.seeds.wipe(batch.batchId);
    await generate(world, batch);
    expect((await world.store.totals()).cards).toBe(2);
  });

  it("ends without the cards that would be born expired", async () => {
    const world = new World();
    const batch = await openBatch(world, { count: 3, expiresAtMs: world.clock.nowMs() + 1_000 });
    world.clock.advance(1_000);
    await generate(world, batch);
    expect(await generatedCards(world.ports, batch.batchId)).toBe(0);
    expect(await world.cardEvents()).toEqual([]);
  });

  it("says when it was not finished", async () => {
    const world = new World();
    const batch = await openBatch(world, { count: 2 });
    expect(await generatedCards(world.ports, batch.batchId)).toBeUndefined();
    const ports = { ...world.ports, store: failing(world.store, failOnce("outcome", "BEFORE")) };
    await expect(generatedCards(ports, batch.batchId)).rejects.toMatchObject({
      code: "UNAVAILABLE",
    });
  });
});

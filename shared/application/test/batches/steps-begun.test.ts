import { participantId, type Batch } from "@scrip/domain";
import { failing } from "@scrip/testing";
import { describe, expect, it } from "vitest";
import { beginStep, runBulkStep, stepResult, stepsBegun, type BulkStep } from "../../src/index.ts";
import { generationOf, leftOutPage, type LeftOutPlace } from "../../src/index.ts";
import { stepsPerBatchMax } from "../../src/batches/limits.ts";
import { cardIdsOf, distributing, generate, openBatch, run, toTheEnd } from "../support/making.ts";
import { instead } from "../support/instead.ts";
import { World } from "../support/world.ts";

const count = 1_200;
const north = participantId("north");

async function generated(): Promise<{ world: World; batch: Batch }> {
  const world = new World();
  const batch = await openBatch(world, { count });
  await generate(world, batch);
  return { world, batch };
}

const acquiring = (world: World, batch: Batch): BulkStep =>
  distributing(world, batch, { key: "acquire", act: "ACQUIRE", distributor: north, named: north });

describe("a step that is written down", () => {
  it("is found again as it was begun, in its order, and goes on without whoever asked for it", async () => {
    const { world, batch } = await generated();
    const steps = [acquiring(world, batch), distributing(world, batch, { distributor: north })];
    for (const [nth, step] of steps.entries())
      expect(await beginStep(world.ports, step)).toMatchObject({
        kind: "BEGUN",
        begun: { number: nth + 1, begunAtMs: world.clock.nowMs() },
      });
    const found = await stepsBegun(world.ports, batch);
    expect(found.map(({ step }) => step)).toEqual(steps);
    for (const { step } of found) {
      expect(await stepResult(world.ports, step)).toBeUndefined();
      await runBulkStep(world.ports, step, toTheEnd);
      expect(await stepResult(world.ports, step)).toMatchObject({ cards: count, leftOutCount: 0 });
    }
    // The key that was told "it goes on" hears how it went.
    expect(await run(world, acquiring(world, batch))).toMatchObject({ replayed: true });
  });

  it("stands there once, however often and by however many it is begun", async () => {
    const { world, batch } = await generated();
    const step = acquiring(world, batch);
    const all = await Promise.all(Array.from({ length: 5 }, () => beginStep(world.ports, step)));
    for (const one of all) expect(one).toMatchObject({ kind: "BEGUN", begun: { number: 1 } });
    await run(world, step);
    expect(await beginStep(world.ports, step)).toMatchObject({ begun: { number: 1 } });
    expect(await stepsBegun(world.ports, batch)).toHaveLength(1);
  });

  it("is found where it stands by who looked before another process began and did it", async () => {
    const { world, batch } = await generated();
    const { ports, store } = world;
    const step = acquiring(world, batch);
    let looks = 0;
    const late = instead(store, {
      outcome: async (shard, opId) => {
        const found = await store.outcome(shard, opId);
        looks += 1;
        if (looks > 1) return found;
        await beginStep(ports, distributing(world, batch, { key: "first" }));
        await beginStep(ports, step);
        await run(world, step);
        return found;
      },
    });
    const begun = await beginStep({ ...ports, store: late }, step);
    expect(begun).toMatchObject({ kind: "BEGUN", begun: { number: 2, step: { act: "ACQUIRE" } } });
  });

  it("has a place of its own when two keys begin at once", async () => {
    const { world, batch } = await generated();
    const keys = ["a", "b", "c"];
    await Promise.all(
      keys.map((key) => beginStep(world.ports, distributing(world, batch, { key }))),
    );
    const found = await stepsBegun(world.ports, batch);
    expect(new Set(found.map(({ step }) => step.opId)).size).toBe(3);
  });

  it("keeps what it began with when its key is asked again later", async () => {
    const { world, batch } = await generated();
    await beginStep(world.ports, distributing(world, batch, { distributor: north }));
    const later = await beginStep(world.ports, distributing(world, batch));
    expect(later).toMatchObject({ kind: "BEGUN", begun: { step: { distributor: north } } });
  });

  it("is not begun under a key of another body", async () => {
    const { world, batch } = await generated();
    await beginStep(world.ports, acquiring(world, batch));
    const other = { ...acquiring(world, batch), named: participantId("south") };
    expect(await beginStep(world.ports, other)).toEqual({ kind: "KEY_REUSED" });
    expect(await stepsBegun(world.ports, batch)).toHaveLength(1);
  });

  it("is there, or not, whatever the save that begins it does", async () => {
    for (const fault of ["BEFORE", "AFTER"] as const) {
      const { world, batch } = await generated();
      const store = failing(world.store, (method, nth) =>
        method === "save" && nth === 1 ? fault : "NONE",
      );
      const step = acquiring(world, batch);
      await expect(beginStep({ ...world.ports, store }, step)).rejects.toMatchObject({
        code: "UNAVAILABLE",
      });
      expect(await stepsBegun(world.ports, batch)).toHaveLength(fault === "AFTER" ? 1 : 0);
      expect(await beginStep(world.ports, step)).toMatchObject({ begun: { number: 1 } });
    }
  });

  it("is the last one when the batch has had so many", async () => {
    const world = new World();
    const batch = await openBatch(world, { count: 1 });
    for (let nth = 0; nth < stepsPerBatchMax; nth += 1)
      await beginStep(world.ports, distributing(world, batch, { key: `step ${nth}` }));
    expect(await beginStep(world.ports, acquiring(world, batch))).toEqual({ kind: "TOO_MANY" });
    expect(await stepsBegun(world.ports, batch)).toHaveLength(stepsPerBatchMax);
  });
});

/** All pages of a job's list, and how many there were. */
async function listed(world: World, job: { opId: BulkStep["opId"]; done: boolean }, limit: number) {
  const cards: string[] = [];
  let from: LeftOutPlace | null = { shard: 0, chunk: 0, nth: 0 };
  let pages = 0;
  for (; from !== null; pages += 1) {
    const page = await leftOutPage(world.ports, job, { from, limit });
    expect(page.cards.length).toBeLessThanOrEqual(limit);
    cards.push(...page.cards.map(({ cardId, code }) => `${cardId} ${code}`));
    if (page.next !== null && page.cards.length === 0) return { cards, pages, open: page.next };
    from = page.next;
  }
  return { cards, pages, open: null };
}

describe("the cards that a step left out", () => {
  it.each([1, 7, 500])("are listed once each, %i at a time", async (limit) => {
    const { world, batch } = await generated();
    const cards = await cardIdsOf(world, batch);
    const some = cards.filter((_, nth) => nth % 3 === 0);
    await run(world, distributing(world, batch, { key: "some", cards: some }));
    const step = distributing(world, batch);
    await run(world, step);
    const { cards: leftOut, open } = await listed(world, { opId: step.opId, done: true }, limit);
    expect(open).toBeNull();
    expect(leftOut.toSorted()).toEqual(some.map((id) => `${id} CARD_STEP_TAKEN`).toSorted());
  });

  it("are listed as far as the step has come, and further when it goes on", async () => {
    const { world, batch } = await generated();
    await run(world, distributing(world, batch, { key: "before" }));
    const step = distributing(world, batch);
    let chunks = 0;
    const stopping = () => (chunks += 1) > 2;
    await runBulkStep(world.ports, step, { ...toTheEnd, stopping }).catch(() => undefined);
    const first = await listed(world, { opId: step.opId, done: false }, 500);
    expect(first.open).not.toBeNull();
    expect(first.cards.length).toBeLessThan(count);
    await run(world, step);
    const from = first.open ?? { shard: 0, chunk: 0, nth: 0 };
    const rest: string[] = [];
    for (let next: LeftOutPlace | null = from; next !== null;) {
      const page: Awaited<ReturnType<typeof leftOutPage>> = await leftOutPage(
        world.ports,
        { opId: step.opId, done: true },
        { from: next, limit: 500 },
      );
      rest.push(...page.cards.map(({ cardId, code }) => `${cardId} ${code}`));
      next = page.next;
    }
    const all = [...first.cards, ...rest];
    expect(all.toSorted()).toEqual(
      (await cardIdsOf(world, batch)).map((id) => `${id} CARD_STEP_TAKEN`).toSorted(),
    );
  });

  it("are none where every card took it", async () => {
    const { world, batch } = await generated();
    const job = { opId: generationOf(batch.batchId), done: true };
    expect(await listed(world, job, 50)).toEqual({ cards: [], pages: 1, open: null });
  });
});

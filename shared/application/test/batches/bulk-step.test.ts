import { amount, participantId, type Batch, type CardId } from "@scrip/domain";
import type { CardStore } from "@scrip/ports";
import { failing, type FaultPlan } from "@scrip/testing";
import { formatCardId } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { runBulkStep, type BulkStep } from "../../src/index.ts";
import {
  cardIdsOf,
  changedProgram,
  distributing,
  generate,
  openBatch,
  run,
  toTheEnd,
} from "../support/making.ts";
import { told } from "../support/selling.ts";
import { instead } from "../support/instead.ts";
import { World } from "../support/world.ts";

const count = 1_200;

async function generated(): Promise<{ world: World; batch: Batch; cards: CardId[] }> {
  const world = new World();
  const batch = await openBatch(world, { count });
  await generate(world, batch);
  return { world, batch, cards: await cardIdsOf(world, batch) };
}

const north = participantId("north");
const acquiring = (world: World, batch: Batch, key: string): BulkStep =>
  distributing(world, batch, { key, act: "ACQUIRE", distributor: north });

/** Cards that took a step, with repetition. */
async function took(world: World, type: "CardsAcquired" | "CardsDistributed"): Promise<string[]> {
  const events = await world.cardEvents();
  return events.flatMap((event) =>
    event.type === type ? event.cards.map(({ cardId }) => cardId) : [],
  );
}

describe("a step of a whole batch", () => {
  it("takes every card once, and is answered the same again", async () => {
    const { world, batch, cards } = await generated();
    const first = await run(world, distributing(world, batch));
    expect(told(first)).toEqual({ cards: count, leftOutCount: 0, leftOut: [] });
    expect(await run(world, distributing(world, batch))).toEqual({ ...first, replayed: true });
    expect((await took(world, "CardsDistributed")).toSorted()).toEqual(cards.toSorted());
    expect(await world.store.totals()).toMatchObject({ loaded: BigInt(count * 100) });
  });

  it("leaves out, and reports, the cards that took it already", async () => {
    const { world, batch, cards } = await generated();
    const some = cards.slice(0, 7);
    await run(world, distributing(world, batch, { key: "some", cards: some }));
    const result = told(await run(world, distributing(world, batch)));
    expect(result).toMatchObject({ cards: count - 7, leftOutCount: 7 });
    const expected = some
      .toSorted()
      .map((id) => ({ cardId: formatCardId(id), code: "CARD_STEP_TAKEN" }));
    expect(result["leftOut"]).toEqual(expected);
  });

  it("names so many of the cards left out and counts all", async () => {
    const { world, batch } = await generated();
    await run(world, distributing(world, batch));
    const again = told(await run(world, distributing(world, batch, { key: "again" })));
    expect(again).toMatchObject({ cards: 0, leftOutCount: count });
    expect(again["leftOut"]).toHaveLength(1_000);
  });

  it("belongs to its body: another one under the key is told so, also before the step is done", async () => {
    const { world, batch, cards } = await generated();
    const stopped = runBulkStep(world.ports, distributing(world, batch), {
      ...toTheEnd,
      stopping: () => true,
    });
    await expect(stopped).rejects.toMatchObject({ code: "UNAVAILABLE" });
    const other = { ...distributing(world, batch), cards: cards.slice(0, 1) };
    expect(await run(world, other)).toEqual({ kind: "KEY_REUSED" });
    expect(told(await run(world, distributing(world, batch)))).toMatchObject({ cards: count });
    expect(await run(world, other)).toEqual({ kind: "KEY_REUSED" });
  });

  it.each(["BEFORE", "AFTER"] as const)(
    "goes on after any save failed, %s doing it",
    async (fault) => {
      const { world, batch, cards } = await generated();
      for (let nth = 1; nth <= 8; nth += 1) {
        const plan: FaultPlan = (method, call) =>
          method === "save" && call === nth ? fault : "NONE";
        const ports = { ...world.ports, store: failing(world.store, plan) };
        await runBulkStep(ports, distributing(world, batch), toTheEnd).catch(() => undefined);
      }
      expect(told(await run(world, distributing(world, batch)))).toEqual({
        cards: count,
        leftOutCount: 0,
        leftOut: [],
      });
      expect((await took(world, "CardsDistributed")).toSorted()).toEqual(cards.toSorted());
    },
  );

  it("by two at once takes every card once; each is told what it got", async () => {
    const { world, batch, cards } = await generated();
    const [a, b] = await Promise.all([
      run(world, acquiring(world, batch, "a")),
      run(world, acquiring(world, batch, "b")),
    ]);
    const results = [told(a), told(b)];
    const sum = results.reduce((total, result) => total + Number(result["cards"]), 0);
    expect(sum).toBe(count);
    for (const result of results)
      expect(Number(result["cards"]) + Number(result["leftOutCount"])).toBe(count);
    expect((await took(world, "CardsAcquired")).toSorted()).toEqual(cards.toSorted());
  });

  it("is not called done when its own outcome could not be saved", async () => {
    const { world, batch } = await generated();
    const step = distributing(world, batch);
    const save: CardStore["save"] = async (change) =>
      change.outcome?.opId === step.opId ? { kind: "KEY_REUSED" } : await world.store.save(change);
    const store = instead(world.store, { save });
    const running = runBulkStep({ ...world.ports, store }, step, toTheEnd);
    await expect(running).rejects.toThrow("KEY_REUSED");
  });

  it("under one key at once is one step", async () => {
    const { world, batch, cards } = await generated();
    const results = await Promise.all(
      Array.from({ length: 5 }, () => run(world, distributing(world, batch))),
    );
    for (const result of results) expect(told(result)).toMatchObject({ cards: count });
    expect((await took(world, "CardsDistributed")).toSorted()).toEqual(cards.toSorted());
  });
});

describe("a step under changed circumstances", () => {
  it("finds cards expired that are due, says so first, and leaves them out", async () => {
    const world = new World();
    const expiresAtMs = world.clock.nowMs() + 1_000;
    const batch = await openBatch(world, { count: 30, expiresAtMs });
    await generate(world, batch);
    world.clock.advance(1_000);
    const result = told(await run(world, distributing(world, batch)));
    expect(result).toMatchObject({ cards: 0, leftOutCount: 30 });
    expect(result["leftOut"]).toContainEqual(expect.objectContaining({ code: "CARD_EXPIRED" }));
    const expired = (await world.cardEvents()).flatMap((event) =>
      event.type === "CardsExpired" ? event.cards : [],
    );
    expect(expired).toHaveLength(30);
    expect(await world.store.totals()).toMatchObject({ loaded: 0n, balance: 0n });
  });

  it("is decided under the terms that rule then, not under its batch's", async () => {
    const { world, batch } = await generated();
    await changedProgram(world, { balanceMax: amount(1_000) });
    await run(world, distributing(world, batch));
    const versions = (await world.cardEvents()).flatMap((event) =>
      event.type === "CardsDistributed" ? [event.programVersion] : [],
    );
    expect(new Set(versions)).toEqual(new Set([2]));
    const late = await openBatch(world, { count: 3, key: "late" });
    await changedProgram(world, { balanceMax: null }, "third");
    await generate(world, late);
    const born = (await world.cardEvents()).flatMap((event) =>
      event.type === "CardsGenerated" && event.batchId === late.batchId ? [event] : [],
    );
    expect(born.map(({ programVersion }) => programVersion)).toEqual(born.map(() => 3));
    expect(born.length).toBeGreaterThan(0);
  });
});

describe("a step of named cards", () => {
  it("leaves out cards that are not of the batch, as if they were not there", async () => {
    const { world, batch, cards } = await generated();
    const other = await openBatch(world, { count: 2, key: "other" });
    await generate(world, other);
    const [foreign] = await cardIdsOf(world, other);
    const [own] = cards;
    const unknown = "ff".repeat(20) as CardId;
    if (foreign === undefined || own === undefined) throw new Error("cards");
    const result = told(
      await run(world, distributing(world, batch, { cards: [foreign, own, unknown] })),
    );
    expect(result).toMatchObject({ cards: 1, leftOutCount: 2 });
    const leftOut = [foreign, unknown].map((id) => ({
      cardId: formatCardId(id),
      code: "CARD_NOT_FOUND",
    }));
    expect(result["leftOut"]).toEqual(leftOut.toSorted((a, b) => (a.cardId < b.cardId ? -1 : 1)));
    expect((await world.store.card(foreign))?.card.standing.status).toBe("GENERATED");
  });

  it("is the same request in whatever order they are named", async () => {
    const { world, batch, cards } = await generated();
    const some = cards.slice(0, 20);
    const first = await run(world, distributing(world, batch, { cards: some }));
    const again = await run(world, distributing(world, batch, { cards: some.toReversed() }));
    expect(again).toEqual({ ...first, replayed: true });
  });
});

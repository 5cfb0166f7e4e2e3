import { describe, expect, it } from "vitest";
import type { KeyedResult } from "../../src/index.ts";
import { activeCard, createdProgram, keyOf } from "../support/making.ts";
import {
  bind,
  code,
  freshKey,
  giveBack,
  grant,
  lots,
  notAtHand,
  saleOf,
  sell,
  store1,
  told,
} from "../support/selling.ts";
import { World } from "../support/world.ts";

/** Every act that moves value, each with a success, a decline and another body under the same key. */
async function acts() {
  const world = new World();
  await createdProgram(world, "POINTS");
  const card = await activeCard(world, 100);
  const toBind = await activeCard(world, 200);
  await grant(world, "anna", 50);
  const sale = saleOf(await sell(world, code(card), 30));
  type Act = (key: string) => Promise<KeyedResult>;
  const all: Record<string, { act: Act; other: Act; decline: Act }> = {
    "sale by code": {
      act: (key) => sell(world, code(card), 5, { key }),
      other: (key) => sell(world, code(card), 6, { key }),
      decline: (key) => sell(world, code(card), 5_000, { key }),
    },
    "sale from lots": {
      act: (key) => sell(world, lots("anna"), 5, { key }),
      other: (key) => sell(world, code(card), 5, { key }),
      decline: (key) => sell(world, lots("anna"), 5_000, { key }),
    },
    refund: {
      act: (key) => giveBack(world, sale, 5, { key }),
      other: (key) => giveBack(world, sale, 5, { key, reason: "OTHER" }),
      decline: (key) => giveBack(world, sale, 5_000, { key }),
    },
    grant: {
      act: (key) => grant(world, "anna", 5, { key }),
      other: (key) => grant(world, "ben", 5, { key }),
      decline: (key) => grant(world, "anna", 5, { key, expiresAtMs: 1 }),
    },
    binding: {
      act: (key) => bind(world, toBind, "anna", key),
      other: (key) => bind(world, card, "anna", key),
      decline: (key) => bind(world, "ff".repeat(20) as typeof card, "anna", key),
    },
  };
  return { world, all, card };
}

const names = ["sale by code", "sale from lots", "refund", "grant", "binding"] as const;

describe.each(names)("one key of a %s", (name) => {
  it("has one effect and one answer, however often it is used", async () => {
    const { world, all } = await acts();
    const key = freshKey();
    const { act = never, other = never } = all[name] ?? {};
    const before = (await world.cardEvents()).length;
    const first = await act(key);
    expect(first).toMatchObject({ kind: "OUTCOME", replayed: false, outcome: { kind: "DONE" } });
    const again = [await act(key), await act(key)];
    for (const result of again) expect(result).toEqual({ ...first, replayed: true, ...notAtHand });
    // What is answered at once is what every retry reads.
    if (first.kind !== "OUTCOME") throw new Error("the operation has an outcome");
    expect(first.answer).toEqual(JSON.parse(first.outcome.answer));
    expect(await other(key)).toEqual({ kind: "KEY_REUSED" });
    expect((await world.cardEvents()).length - before).toBe(1);
  });

  it("has one effect when it is used many times at once", async () => {
    const { world, all } = await acts();
    const key = freshKey();
    const { act = never } = all[name] ?? {};
    const before = (await world.cardEvents()).length;
    const results = await Promise.all(Array.from({ length: 64 }, () => act(key)));
    const outcomes = new Set(results.map((result) => JSON.stringify(told(result))));
    expect(outcomes.size).toBe(1);
    expect(results.filter((result) => result.kind === "OUTCOME" && !result.replayed)).toHaveLength(
      1,
    );
    expect((await world.cardEvents()).length - before).toBe(1);
  });

  it("keeps a decline, though it would succeed by now", async () => {
    const { all } = await acts();
    const key = freshKey();
    const { decline = never, act = never } = all[name] ?? {};
    const first = await decline(key);
    expect(first).toMatchObject({
      kind: "OUTCOME",
      replayed: false,
      outcome: { kind: "DECLINED" },
    });
    expect(await decline(key)).toEqual({ ...first, replayed: true, ...notAtHand });
    expect(await act(key)).toEqual({ kind: "KEY_REUSED" });
  });
});

function never(): never {
  throw new Error("no such act");
}

describe("keys", () => {
  it("of two callers are two operations", async () => {
    const { world, card } = await acts();
    const mine = await sell(world, code(card), 5, { key: "k" });
    const opId = keyOf(world, "k", "store-2");
    const theirs = await sell(world, code(card), 5, { key: "theirs" });
    expect(opId).not.toBe(keyOf(world, "k", store1));
    expect(told(mine).operation?.id).not.toBe(told(theirs).operation?.id);
  });

  it("are not shared between a sale and another act with the same words", async () => {
    const { world, card } = await acts();
    const key = freshKey();
    await bind(world, card, "anna", key);
    expect(await sell(world, code(card), 1, { key })).toEqual({ kind: "KEY_REUSED" });
  });

  it("tell a sale left out from the same thing said", async () => {
    const { world, card } = await acts();
    const key = freshKey();
    await sell(world, code(card), 5, { key });
    expect(await sell(world, code(card), 5, { key, allowPartial: false })).toMatchObject({
      replayed: true,
    });
    for (const other of [
      { allowPartial: true },
      { reference: "x" },
      { minimum: 1 },
      { businessAtMs: 0 },
    ])
      expect(await sell(world, code(card), 5, { key, ...other })).toEqual({ kind: "KEY_REUSED" });
  });
});

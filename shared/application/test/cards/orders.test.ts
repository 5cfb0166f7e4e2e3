import type { CardId } from "@scrip/domain";
import { formatCardId } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { activeCard, activeCards, createdProgram } from "../support/making.ts";
import {
  adjust,
  cancel,
  load,
  replace,
  resume,
  successorOf,
  suspend,
} from "../support/ordering.ts";
import { code, freshKey, grant, lots, sell, told } from "../support/selling.ts";
import { World } from "../support/world.ts";

const dayMs = 86_400_000;

async function balanceOf(world: World, card: CardId): Promise<bigint | undefined> {
  return (await world.store.card(card))?.card.balance;
}

describe("an order about one card", () => {
  it("loads it, and wakes it when it was used up", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    await sell(world, code(card), 100);
    expect(told(await load(world, card, 40))).toMatchObject({
      operation: { type: "LOAD", status: "COMPLETED", cardId: formatCardId(card), amount: 40 },
      balances: [{ balance: 40, available: 40 }],
    });
    expect(told(await sell(world, code(card), 40)).operation).toBeDefined();
  });

  it("corrects it both ways, and never below nothing", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    const up = { direction: "CREDIT", reason: "COMPLIMENTARY" } as const;
    expect(told(await adjust(world, card, 5, up))).toMatchObject({
      operation: { type: "ADJUST", amount: 5, ...up },
      balances: [{ balance: 105 }],
    });
    expect(told(await adjust(world, card, 106))).toMatchObject({
      code: "BALANCE_INSUFFICIENT",
      available: 105,
      balances: [{ balance: 105 }],
    });
    expect(told(await adjust(world, card, 105))).toMatchObject({ balances: [{ balance: 0 }] });
    expect((await world.store.card(card))?.card.standing).toEqual({ status: "REDEEMED" });
  });

  it("blocks it, with the reason, until it is resumed", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    expect(told(await suspend(world, card, { reason: "STOLEN" }))).toMatchObject({
      operation: { type: "SUSPEND", reason: "STOLEN" },
    });
    expect(told(await sell(world, code(card), 1))).toMatchObject({
      code: "CARD_SUSPENDED",
      reason: "STOLEN",
    });
    expect(told(await suspend(world, card))).toMatchObject({ code: "CARD_SUSPENDED" });
    expect(told(await resume(world, card))).toMatchObject({ operation: { type: "RESUME" } });
    expect(told(await resume(world, card))).toMatchObject({ code: "CARD_STEP_TAKEN" });
    expect(told(await sell(world, code(card), 1)).operation).toBeDefined();
  });

  it("cancels it for good, with what it held", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    expect(told(await cancel(world, card))).toMatchObject({
      operation: { type: "CANCEL", amount: 100, reason: "CHARGEBACK" },
      balances: [{ balance: 0 }],
    });
    for (const again of [cancel, suspend, resume, replace])
      expect(told(await again(world, card))).toMatchObject({ code: "CARD_CANCELLED" });
    expect(told(await load(world, card, 1))).toMatchObject({ code: "CARD_CANCELLED" });
  });

  it("takes effect once under its key, whoever asks how often", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    const key = freshKey();
    const results = await Promise.all([1, 2, 3].map(() => load(world, card, 7, { key })));
    expect(new Set(results.map((result) => JSON.stringify(told(result)))).size).toBe(1);
    expect(await balanceOf(world, card)).toBe(107n);
    expect(await load(world, card, 8, { key })).toEqual({ kind: "KEY_REUSED" });
    expect(await suspend(world, card, { key })).toEqual({ kind: "KEY_REUSED" });
  });

  it("about a card that is not there, or not the caller's to see, is told the same", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    const unknown = "ff".repeat(20) as CardId;
    for (const order of [suspend, resume, cancel, replace]) {
      expect(told(await order(world, card, { maySee: () => false }))).toEqual({
        code: "CARD_NOT_FOUND",
      });
      expect(told(await order(world, unknown))).toEqual({ code: "CARD_NOT_FOUND" });
    }
  });

  it("finds it expired when it is due, and says so by an event of its own", async () => {
    const world = new World();
    const [card] = await activeCards(world, {
      count: 1,
      expiresAtMs: world.clock.nowMs() + dayMs,
    });
    if (card === undefined) throw new Error("a card");
    world.clock.advance(dayMs);
    expect(told(await load(world, card, 1))).toMatchObject({
      code: "CARD_EXPIRED",
      balances: [{ balance: 0 }],
    });
    expect(await world.cardEvents()).toContainEqual(
      expect.objectContaining({ type: "CardsExpired", opId: null }),
    );
    const shard = Number.parseInt(card.slice(0, 2), 16) % world.store.shards;
    expect(await world.store.due(shard, world.clock.nowMs(), 10)).toEqual([]);
  });

  it("that was replaced is refused, but a load goes where its value went", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    const first = successorOf(await replace(world, card));
    const second = successorOf(await replace(world, first));
    expect(told(await load(world, card, 11))).toMatchObject({
      operation: { cardId: formatCardId(second) },
      balances: [{ balance: 111 }],
    });
    for (const order of [suspend, resume, cancel, replace])
      expect(told(await order(world, card))).toMatchObject({ code: "CARD_REPLACED" });
    expect(told(await adjust(world, card, 1, { direction: "CREDIT" }))).toMatchObject({
      code: "CARD_REPLACED",
    });
  });
});

describe("orders that race", () => {
  it("a cancellation and sales: what was sold before it was sold, the rest is gone", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    const [end, ...sales] = await Promise.all([
      cancel(world, card),
      ...Array.from({ length: 9 }, () => sell(world, code(card), 10)),
    ]);
    const gone = (told(end).operation as { amount: number } | undefined)?.amount ?? 0;
    const sold = sales.filter((result) => told(result).operation !== undefined);
    expect(gone + 10 * sold.length).toBe(100);
    for (const result of sales)
      if (told(result).operation === undefined)
        expect(told(result)).toMatchObject({ code: "CARD_CANCELLED" });
    const { standing, sums } = (await world.store.card(card))?.card ?? {};
    expect(standing).toMatchObject({ status: "CANCELLED" });
    expect(sums).toMatchObject({ cancelled: BigInt(gone), writtenOff: BigInt(100 - gone) });
  });

  it("two replacements: one successor, with all of the value", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    const results = await Promise.all([replace(world, card), replace(world, card)]);
    const answers = results.map((result) => told(result));
    expect(answers.filter((answer) => answer.operation !== undefined)).toHaveLength(1);
    expect(answers).toContainEqual(expect.objectContaining({ code: "CARD_REPLACED" }));
    const [won] = results.filter((result) => told(result).operation !== undefined);
    if (won === undefined) throw new Error("one of them");
    expect(await balanceOf(world, successorOf(won))).toBe(100n);
    expect((await world.store.totals()).balance).toBe(100n);
  });

  it("a suspension and sales from a wallet: what was sold before it stays sold", async () => {
    const world = new World();
    await createdProgram(world, "POINTS");
    for (let nth = 0; nth < 5; nth += 1) await grant(world, "anna", 20);
    const walletId = (await world.vault.find("anna"))?.walletId ?? "";
    const [, second, third] = await world.store.walletCards(walletId, null, 10);
    if (second === undefined || third === undefined) throw new Error("lots");
    const [one, other, ...sales] = await Promise.all([
      suspend(world, second),
      suspend(world, third),
      ...Array.from({ length: 4 }, () => sell(world, lots("anna"), 25)),
    ]);
    const sold = sales.filter((result) => told(result).operation !== undefined).length;
    const totals = await world.store.totals();
    expect(totals).toMatchObject({
      writtenOff: BigInt(25 * sold),
      balance: BigInt(100 - 25 * sold),
    });
    for (const result of [one, other])
      expect([undefined, "CARD_NOT_ACTIVE"]).toContain(told(result).code);
    // What is blocked is not drawn from.
    const left = told(await sell(world, lots("anna"), 100));
    expect(left.code).toBe("BALANCE_INSUFFICIENT");
  });
});

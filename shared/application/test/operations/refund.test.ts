import { amountMax, type OpId, type ParticipantId } from "@scrip/domain";
import { describe, expect, it } from "vitest";
import { findSale, saleRefunds, type Sale } from "../../src/index.ts";
import { activeCard, createdProgram } from "../support/making.ts";
import {
  bind,
  code,
  freshKey,
  giveBack,
  grant,
  lots,
  saleOf,
  sell,
  told,
} from "../support/selling.ts";
import { World } from "../support/world.ts";

const dayMs = 86_400_000;

async function sold(amount = 60) {
  const world = new World();
  const card = await activeCard(world, 100);
  const sale = saleOf(await sell(world, code(card), amount));
  return { world, card, sale };
}

const refundsOf = (world: World, sale: Sale) => saleRefunds(world.store, sale, world.clock.nowMs());

describe("a refund", () => {
  it("gives back in parts, up to what was sold", async () => {
    const { world, card, sale } = await sold(60);
    expect(told(await giveBack(world, sale, 25, { reason: "RETURNED" }))).toMatchObject({
      operation: { type: "REFUND", amount: 25, reason: "RETURNED", acceptor: "store-1" },
      balances: [{ balance: 65, available: 65 }],
    });
    expect(told(await giveBack(world, sale, 36))).toEqual({
      code: "REFUND_EXCEEDS_CAPTURE",
      refundable: 35,
    });
    expect(told(await giveBack(world, sale, 35))).toMatchObject({ balances: [{ balance: 100 }] });
    expect(told(await giveBack(world, sale, 1))).toMatchObject({ refundable: 0 });
    expect((await world.store.card(card))?.card.balance).toBe(100n);
  });

  it("is told by the status of the sale", async () => {
    const { world, sale } = await sold(60);
    const found = await findSale(world.store, sale, () => true);
    if (found === undefined) throw new Error("the sale");
    expect(await refundsOf(world, found)).toMatchObject({ status: "COMPLETED" });
    await giveBack(world, sale, 1);
    expect(await refundsOf(world, found)).toMatchObject({ status: "PARTIALLY_REFUNDED" });
    await giveBack(world, sale, 59);
    expect(await refundsOf(world, found)).toMatchObject({ status: "REFUNDED" });
  });

  it("is told for a sale over several lots, too", async () => {
    const world = new World();
    await createdProgram(world, "POINTS");
    for (const amount of [5, 6]) await grant(world, "anna", amount);
    const sale = saleOf(await sell(world, lots("anna"), 11));
    const found = await findSale(world.store, sale, () => true);
    if (found === undefined) throw new Error("the sale");
    await giveBack(world, sale, 7);
    expect(await refundsOf(world, found)).toMatchObject({ status: "PARTIALLY_REFUNDED" });
    expect(await refundsOf(world, found)).toMatchObject({ refunded: 7, refundable: 4 });
    await giveBack(world, sale, 4);
    expect(await refundsOf(world, found)).toEqual({
      status: "REFUNDED",
      refunded: 11,
      refundable: 0,
    });
  });

  it("comes too late when the window has closed", async () => {
    const { world, sale } = await sold();
    world.clock.advance(30 * dayMs);
    expect(told(await giveBack(world, sale, 1))).toEqual({ code: "REFUND_WINDOW_CLOSED" });
  });

  it("of the largest amount is refused as too much, not as a fault", async () => {
    const { world, sale } = await sold();
    expect(told(await giveBack(world, sale, amountMax))).toMatchObject({ refundable: 60 });
  });

  it("goes to the card though it was bound since", async () => {
    const { world, card, sale } = await sold();
    await bind(world, card, "anna");
    expect(told(await giveBack(world, sale, 10))).toMatchObject({ balances: [{ balance: 50 }] });
    expect((await world.store.card(card))?.walletId).toBe(
      (await world.vault.find("anna"))?.walletId,
    );
  });
});

describe("a sale that is not the caller's", () => {
  it("is told like one that never was, and like an id of something else", async () => {
    const { world, sale } = await sold();
    const back = saleOf(await giveBack(world, sale, 1));
    const asked = [
      giveBack(world, sale, 1, { mayActFor: () => false }),
      giveBack(world, { ...sale, opId: "ab".repeat(32) as OpId }, 1),
      giveBack(world, { ...sale, decisionShard: (sale.decisionShard + 1) % 4 }, 1),
      giveBack(world, { ...sale, decisionShard: 200 }, 1),
      giveBack(world, back, 1),
      giveBack(world, { ...back, kind: "wo" }, 1),
    ];
    for (const result of await Promise.all(asked))
      expect(told(result)).toEqual({ code: "WRITE_OFF_NOT_FOUND" });
  });

  it("is asked for with acceptor and program of the sale itself", async () => {
    const { world, sale } = await sold();
    const seen: string[][] = [];
    const mayActFor = (acceptor: ParticipantId, program: string) => {
      seen.push([acceptor, program]);
      return false;
    };
    await giveBack(world, sale, 1, { mayActFor });
    expect(seen).toEqual([["store-1", "gold"]]);
  });

  it("stays unknown under its key", async () => {
    const { world, sale } = await sold();
    const key = freshKey();
    await giveBack(world, sale, 1, { key, mayActFor: () => false });
    const again = await giveBack(world, sale, 1, { key });
    expect(again).toMatchObject({ kind: "OUTCOME", replayed: true });
    expect(told(again)).toEqual({ code: "WRITE_OFF_NOT_FOUND" });
  });

  it("a declined sale gives nothing back", async () => {
    const { world, card } = await sold(60);
    const key = freshKey();
    const declined = await sell(world, code(card), 1_000, { key });
    if (declined.kind !== "OUTCOME") throw new Error("declined");
    const ref = { kind: "wo", opId: declined.outcome.opId, decisionShard: 0 } as const;
    for (const decisionShard of [0, 1, 2, 3])
      expect(told(await giveBack(world, { ...ref, decisionShard }, 1))).toMatchObject({
        code: "WRITE_OFF_NOT_FOUND",
      });
  });
});

it("refunds and sales of one card, each in a process of its own, all find their turn", async () => {
  const { world, card, sale } = await sold(60);
  const results = await Promise.all([
    ...Array.from({ length: 20 }, () => giveBack(world, sale, 3)),
    ...Array.from({ length: 10 }, () => sell(world, code(card), 1)),
  ]);
  expect(results.filter((result) => told(result).operation === undefined)).toEqual([]);
  expect((await world.store.card(card))?.card.balance).toBe(100n - 60n + 60n - 10n);
});

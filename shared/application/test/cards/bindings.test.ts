import { shardOf } from "@scrip/domain";
import { describe, expect, it } from "vitest";
import { walletRecords } from "../../src/index.ts";
import { activeCard, activeCards } from "../support/making.ts";
import { suspend, transfer, unbind } from "../support/ordering.ts";
import { bind, boundCard, code, freshKey, sell, told } from "../support/selling.ts";
import { World } from "../support/world.ts";

async function walletOf(world: World, holder: string): Promise<string> {
  return (await world.vault.find(holder))?.walletId ?? "";
}

/** Cards that a holder is shown. */
async function shownTo(world: World, holder: string): Promise<string[]> {
  const records = await walletRecords(world.store, await walletOf(world, holder));
  return records.map(({ card }) => card.cardId);
}

describe("unbinding", () => {
  it("takes the card out of the wallet, and its code spends it again", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    await bind(world, card, "anna");
    expect(told(await unbind(world, card, "anna"))).toMatchObject({
      operation: { type: "UNBIND", status: "COMPLETED" },
      balances: [{ balance: 100 }],
    });
    expect(await shownTo(world, "anna")).toEqual([]);
    expect(told(await sell(world, boundCard("anna", card), 1))).toMatchObject({
      code: "CARD_NOT_BOUND",
    });
    expect(told(await sell(world, code(card), 1)).operation).toBeDefined();
    expect(told(await unbind(world, card, "anna"))).toEqual({ code: "CARD_NOT_BOUND" });
  });

  it("is the holder's alone, or the issuer's who need not know whose it is", async () => {
    const world = new World();
    const cards = await activeCards(world, { count: 2 });
    const [one, other] = cards;
    if (one === undefined || other === undefined) throw new Error("cards");
    await bind(world, one, "anna");
    await bind(world, other, "ben");
    expect(told(await unbind(world, one, "ben"))).toEqual({ code: "CARD_BOUND_TO_OTHER" });
    expect(told(await unbind(world, one, null)).operation).toBeDefined();
    expect(told(await unbind(world, other, "ben", { maySee: () => false }))).toEqual({
      code: "CARD_NOT_FOUND",
    });
  });

  it("and binding again leaves the card where it is found, however often", async () => {
    const world = new World();
    const cards = await activeCards(world, { count: 12 });
    await bind(world, cards[0] ?? never(), "anna");
    const shard = shardOf(await walletOf(world, "anna"), world.store.shards);
    for (const card of cards.slice(1)) await bind(world, card, "anna");
    for (const card of cards) await unbind(world, card, "anna");
    const index = await world.store.walletCards(await walletOf(world, "anna"), null, 100);
    // In the wallet's own shard the entry goes in the same save; elsewhere it may stay: too much, never too little.
    expect(index.filter((card) => shardOf(card, world.store.shards) === shard)).toEqual([]);
    for (const card of cards) await bind(world, card, "anna");
    expect((await shownTo(world, "anna")).toSorted()).toEqual(cards.toSorted());
  });

  it("does not touch a card that is blocked", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    await bind(world, card, "anna");
    await suspend(world, card);
    expect(told(await unbind(world, card, null))).toMatchObject({ code: "CARD_SUSPENDED" });
    expect(await shownTo(world, "anna")).toEqual([card]);
  });
});

describe("a transfer", () => {
  it("moves the card to another wallet, once", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    await bind(world, card, "anna");
    expect(told(await transfer(world, card, ["anna", "ben"]))).toMatchObject({
      operation: { type: "TRANSFER" },
      balances: [{ balance: 100 }],
    });
    expect(await shownTo(world, "anna")).toEqual([]);
    expect(await shownTo(world, "ben")).toEqual([card]);
    expect(told(await transfer(world, card, ["anna", "ben"]))).toEqual({
      code: "CARD_BOUND_TO_OTHER",
    });
    expect(told(await transfer(world, card, ["ben", "ben"]))).toEqual({
      code: "CARD_ALREADY_BOUND",
    });
    expect(told(await sell(world, boundCard("ben", card), 1)).operation).toBeDefined();
  });

  it("to many at once ends with one of them, and nobody else is shown the card", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    await bind(world, card, "anna");
    const others = Array.from({ length: 8 }, (_, nth) => `holder ${nth}`);
    const results = await Promise.all(others.map((to) => transfer(world, card, ["anna", to])));
    const won = others.filter((_, nth) => told(results[nth] ?? never()).operation !== undefined);
    expect(won).toHaveLength(1);
    for (const holder of ["anna", ...others])
      expect(await shownTo(world, holder)).toEqual(won.includes(holder) ? [card] : []);
  });

  it("under the same key with another receiver is another request", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    await bind(world, card, "anna");
    const key = freshKey();
    await transfer(world, card, ["anna", "ben"], { key });
    expect(await transfer(world, card, ["anna", "cleo"], { key })).toEqual({ kind: "KEY_REUSED" });
  });
});

it("a card that expires while somebody tries to bind it stays nobody's", async () => {
  const world = new World();
  const [card] = await activeCards(world, { count: 1, expiresAtMs: world.clock.nowMs() + 1_000 });
  if (card === undefined) throw new Error("a card");
  world.clock.advance(1_000);
  expect(told(await bind(world, card, "anna"))).toEqual({ code: "CARD_EXPIRED" });
  expect(await world.store.card(card)).toMatchObject({
    walletId: null,
    card: { standing: { status: "EXPIRED" }, binding: { kind: "UNBOUND" } },
  });
});

function never(): never {
  throw new Error("as many results as holders");
}

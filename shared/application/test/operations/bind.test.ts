import { describe, expect, it } from "vitest";
import { activeCard, generate, openBatch, cardIdsOf } from "../support/making.ts";
import { bind, boundCard, code, freshKey, sell, told } from "../support/selling.ts";
import { World } from "../support/world.ts";

async function walletOf(world: World, holder: string): Promise<string> {
  return (await world.vault.find(holder))?.walletId ?? "";
}

describe("binding", () => {
  it("puts the card into the wallet, for its holder alone to spend", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    expect(told(await bind(world, card, "anna"))).toMatchObject({
      operation: { type: "BIND", status: "COMPLETED", programId: "gold" },
      balances: [{ balance: 100 }],
    });
    expect(await world.store.walletCards(await walletOf(world, "anna"), null, 10)).toEqual([card]);
    expect(told(await sell(world, boundCard("anna", card), 1)).operation).toBeDefined();
    expect(told(await sell(world, boundCard("ben", card), 1))).toMatchObject({
      code: "CARD_BOUND_TO_OTHER",
    });
    expect(told(await sell(world, code(card), 1))).toMatchObject({ code: "CARD_BOUND_TO_OTHER" });
  });

  it("happens once: the same holder again, another holder, a card not in use, no card", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    await bind(world, card, "anna");
    expect(told(await bind(world, card, "anna"))).toEqual({ code: "CARD_ALREADY_BOUND" });
    expect(told(await bind(world, card, "ben"))).toEqual({ code: "CARD_BOUND_TO_OTHER" });
    const batch = await openBatch(world, { count: 1, key: "stock" });
    await generate(world, batch);
    const [stock = card] = await cardIdsOf(world, batch);
    expect(told(await bind(world, stock, "ben"))).toMatchObject({ code: "CARD_NOT_ACTIVE" });
    const unseen = await bind(world, card, "ben", freshKey(), false);
    const unknown = await bind(world, "ff".repeat(20) as typeof card, "ben");
    expect(told(unseen)).toEqual({ code: "CARD_NOT_FOUND" });
    expect(told(unknown)).toEqual(told(unseen));
    // A refused binding leaves nothing in the index of whoever tried.
    expect(await world.store.walletCards(await walletOf(world, "ben"), null, 10)).toEqual([]);
  });

  it("of one card by many holders at once ends with one of them", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    const holders = Array.from({ length: 12 }, (_, nth) => `holder ${nth}`);
    const results = await Promise.all(holders.map((holder) => bind(world, card, holder)));
    const winners = holders.filter(
      (_, nth) => told(results[nth] ?? never()).operation !== undefined,
    );
    expect(winners).toHaveLength(1);
    expect((await world.store.card(card))?.walletId).toBe(await walletOf(world, winners[0] ?? ""));
  });
});

function never(): never {
  throw new Error("as many results as holders");
}

import { createHash } from "node:crypto";
import { shardOf, type Card, type CardId } from "@scrip/domain";
import { failing, type Fault } from "@scrip/testing";
import { cardIdOfCode, parseCode, parseOperationId } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import {
  confirmSuccessorCode,
  findReplacement,
  successorCode,
  type KeyedResult,
} from "../../src/index.ts";
import { activeCard, activeCards, createdProgram } from "../support/making.ts";
import { replace, successorOf, suspend, type Using } from "../support/ordering.ts";
import {
  bind,
  boundCard,
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

async function cardOf(world: World, cardId: CardId): Promise<Card> {
  const record = await world.store.card(cardId);
  if (record === undefined) throw new Error("the card");
  return record.card;
}

/** What a caller is told of the successor's code. */
async function codeOf({ ports, seeds }: Using, result: KeyedResult) {
  if (result.kind !== "OUTCOME") throw new Error(result.kind);
  const { opId } = result.outcome;
  return await successorCode(ports.hash, seeds, { opId, successor: successorOf(result) });
}

async function replacementOf(world: World, result: KeyedResult, maySee = () => true) {
  const ref = parseOperationId(told(result).operation?.id ?? "");
  return ref === null ? undefined : await findReplacement(world.store, ref, maySee);
}

describe("a replacement", () => {
  it("moves all value to a new card of the same shard, and the old one names it", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    const result = await replace(world, card);
    const successor = successorOf(result);
    expect(told(result)).toMatchObject({
      operation: { type: "REPLACE", amount: 100, expiresAt: null },
      balances: [{ balance: 100 }],
    });
    expect(shardOf(successor, 4)).toBe(shardOf(card, 4));
    expect(await cardOf(world, card)).toMatchObject({
      standing: { status: "REPLACED", successor },
      balance: 0n,
    });
    expect(await cardOf(world, successor)).toMatchObject({
      standing: { status: "ACTIVE" },
      balance: 100n,
    });
    expect(told(await sell(world, code(card), 1))).toMatchObject({ code: "CARD_REPLACED" });
    expect(told(await sell(world, code(successor), 100)).operation).toBeDefined();
  });

  it("is told with the new card's code, the same one under the same key, and stores none", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    const key = freshKey();
    const first = await replace(world, card, { key });
    const shown = await codeOf(world, first);
    const parsed = parseCode(shown.code ?? "");
    if (parsed === null) throw new Error("a code");
    expect(cardIdOfCode(world.ports.hash, parsed)).toBe(successorOf(first));
    const again = await replace(world, card, { key });
    expect(again).toMatchObject({ replayed: true });
    expect(await codeOf(world, again)).toEqual(shown);
    if (first.kind === "OUTCOME") expect(first.outcome.answer).not.toContain(shown.code);
  });

  it("shows the code until somebody says that it arrived, as often as they say so", async () => {
    const world = new World();
    const result = await replace(world, await activeCard(world, 100));
    const replacement = await replacementOf(world, result);
    const { code: shown } = await codeOf(world, result);
    if (replacement === undefined || shown === null) throw new Error("a code");
    const { hash } = world.ports;
    const confirm = (sha256: string) =>
      confirmSuccessorCode(hash, world.seeds, { replacement, sha256 });
    expect(await confirm("0".repeat(64))).toBe(false);
    expect((await codeOf(world, result)).code).toBe(shown);
    const right = createHash("sha256").update(shown).digest("hex");
    expect([await confirm(right), await confirm(right)]).toEqual([true, true]);
    expect(await codeOf(world, result)).toEqual({ code: null, codesWiped: true });
  });

  it("is nobody's but the issuer's to confirm, and nothing else is one", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    const result = await replace(world, card);
    expect(await replacementOf(world, result, () => false)).toBeUndefined();
    expect(await replacementOf(world, await suspend(world, successorOf(result)))).toBeUndefined();
  });

  it("takes binding and wallet along", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    await bind(world, card, "anna");
    const successor = successorOf(await replace(world, card));
    const walletId = (await world.vault.find("anna"))?.walletId ?? "";
    expect(await world.store.walletCards(walletId, null, 10)).toEqual([successor]);
    expect((await world.store.card(successor))?.walletId).toBe(walletId);
    expect((await world.store.card(card))?.walletId).toBeNull();
    expect(told(await sell(world, boundCard("anna", successor), 1)).operation).toBeDefined();
  });

  it("of a points lot brings a lot without a code into the same wallet", async () => {
    const world = new World();
    await createdProgram(world, "POINTS");
    await grant(world, "anna", 20);
    const walletId = (await world.vault.find("anna"))?.walletId ?? "";
    const [lot] = await world.store.walletCards(walletId, null, 10);
    if (lot === undefined) throw new Error("a lot");
    const sale = saleOf(await sell(world, lots("anna"), 5));
    const result = await replace(world, lot);
    expect(await codeOf(world, result)).toEqual({ code: null, codesWiped: false });
    expect(await world.store.walletCards(walletId, null, 10)).toEqual([successorOf(result)]);
    expect(told(await giveBack(world, sale, 2))).toMatchObject({
      balances: [{ balance: 17, available: 17 }],
    });
    expect(told(await sell(world, lots("anna"), 17)).operation).toBeDefined();
  });

  it("of an expired card is a reissue: what is refunded later can be spent again", async () => {
    const world = new World();
    const expiresAtMs = world.clock.nowMs() + dayMs;
    const [card] = await activeCards(world, { count: 1, expiresAtMs });
    if (card === undefined) throw new Error("a card");
    const sale = saleOf(await sell(world, code(card), 60));
    world.clock.advance(dayMs);
    const same = await replace(world, card);
    expect(told(same)).toMatchObject({ code: "CARD_EXPIRED", balances: [{ balance: 0 }] });
    const later = world.clock.nowMs() + dayMs;
    const successor = successorOf(await replace(world, card, { expiresAtMs: later }));
    expect(told(await giveBack(world, sale, 60))).toMatchObject({ balances: [{ balance: 60 }] });
    expect(told(await sell(world, code(successor), 60)).operation).toBeDefined();
  });

  it("leaves no seed behind where it was refused, and keeps none for a card that is not there", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    const [won, lost] = await Promise.all([replace(world, card), replace(world, card)]);
    const refused = told(won).operation === undefined ? won : lost;
    if (refused.kind !== "OUTCOME") throw new Error(refused.kind);
    const { opId } = refused.outcome;
    const nothing = await successorCode(world.ports.hash, world.seeds, { opId, successor: card });
    expect(nothing.code).toBeNull();
  });

  it.each<[Fault]>([["BEFORE"], ["AFTER"]])(
    "%s the save fails, the same key ends with one successor and its code",
    async (fault) => {
      const world = new World();
      const card = await activeCard(world, 100);
      const store = failing(world.store, (method, nth) =>
        method === "save" && nth === 1 ? fault : "NONE",
      );
      const faulty = { seeds: world.seeds, ports: { ...world.ports, store } };
      const key = freshKey();
      await expect(replace(faulty, card, { key })).rejects.toThrow("planned fault");
      const result = await replace(world, card, { key });
      const { code: shown } = await codeOf(world, result);
      const parsed = parseCode(shown ?? "");
      if (parsed === null) throw new Error("a code");
      expect(cardIdOfCode(world.ports.hash, parsed)).toBe(successorOf(result));
      expect((await world.cardEvents()).filter(({ type }) => type === "CardReplaced")).toHaveLength(
        1,
      );
    },
  );
});

describe("a refund", () => {
  it("goes to whatever card stands at the end of the line", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    const sale = saleOf(await sell(world, code(card), 60));
    const second = successorOf(await replace(world, card));
    const third = successorOf(await replace(world, second));
    expect(told(await giveBack(world, sale, 25))).toMatchObject({
      operation: { amount: 25, cards: [{ amount: 25 }] },
      balances: [{ balance: 65 }],
    });
    expect(told(await giveBack(world, sale, 36))).toMatchObject({
      code: "REFUND_EXCEEDS_CAPTURE",
      refundable: 35,
    });
    expect((await cardOf(world, third)).balance).toBe(65n);
  });

  it("of a sale that its card gave away follows the same line, back to front over lots", async () => {
    const world = new World();
    const card = await activeCard(world, 1_000);
    const sales = [];
    for (let nth = 0; nth < 20; nth += 1) sales.push(saleOf(await sell(world, code(card), 10)));
    const successor = successorOf(await replace(world, card));
    const [first] = sales;
    if (first === undefined) throw new Error("a sale");
    expect(told(await giveBack(world, first, 4)).balances).toMatchObject([{ balance: 804 }]);
    expect((await cardOf(world, successor)).balance).toBe(804n);

    await createdProgram(world, "POINTS");
    for (const sum of [5, 6, 7]) await grant(world, "ben", sum);
    const sale = saleOf(await sell(world, lots("ben"), 18));
    const parts = told(await giveBack(world, sale, 9)).operation as unknown as {
      cards: { amount: number }[];
    };
    expect(parts.cards.map(({ amount }) => amount)).toEqual([7, 2]);
  });

  it("racing replacements of its card finds the value where it went", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    const sale = saleOf(await sell(world, code(card), 60));
    const [replaced, ...refunds] = await Promise.all([
      replace(world, card),
      ...Array.from({ length: 6 }, () => giveBack(world, sale, 10)),
    ]);
    for (const refunded of refunds) expect(told(refunded).operation).toBeDefined();
    expect((await cardOf(world, successorOf(replaced))).balance).toBe(100n);
    expect((await cardOf(world, card)).balance).toBe(0n);
    expect(await world.store.totals()).toMatchObject({ balance: 100n, refunded: 60n });
  });
});

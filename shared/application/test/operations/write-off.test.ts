import { amountMax, programId, shardOf, unit } from "@scrip/domain";
import { describe, expect, it } from "vitest";
import { activeCard, createdProgram, gold, keyOf, points } from "../support/making.ts";
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
  store1,
  told,
} from "../support/selling.ts";
import { World } from "../support/world.ts";

const dayMs = 86_400_000;

describe("a sale by code", () => {
  it("takes the amount, saves one event and says what is left", async () => {
    const world = new World();
    const card = await activeCard(world, 1_000);
    const before = (await world.cardEvents()).length;
    const result = await sell(world, code(card), 250, { reference: "order 7" });
    expect(told(result)).toMatchObject({
      operation: {
        type: "WRITE_OFF",
        status: "COMPLETED",
        amount: 250,
        requested: 250,
        acceptor: "store-1",
        programId: "gold",
        reference: "order 7",
      },
      balances: [{ balance: 750, held: 0, available: 750, unit: "CNY" }],
    });
    const events = await world.cardEvents();
    expect(events.length - before).toBe(1);
    expect((await world.store.card(card))?.card).toMatchObject({ balance: 750n, version: 3 });
  });

  it("takes what there is when that is wished, and nothing below the least that is wished", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    const low = await sell(world, code(card), 500, { allowPartial: true, minimum: 101 });
    expect(told(low)).toMatchObject({ code: "BALANCE_INSUFFICIENT", available: 100 });
    const all = await sell(world, code(card), 500, { allowPartial: true, minimum: 100 });
    expect(told(all)).toMatchObject({
      operation: { amount: 100, requested: 500 },
      balances: [{ balance: 0 }],
    });
    expect((await world.store.card(card))?.card.standing.status).toBe("REDEEMED");
  });

  it("moves the largest amount there is, and never more than that in a card's life", async () => {
    const world = new World();
    const card = await activeCard(world, amountMax);
    const sale = await sell(world, code(card), amountMax);
    expect(told(sale)).toMatchObject({ operation: { amount: Number.MAX_SAFE_INTEGER } });
    expect(told(await giveBack(world, saleOf(sale), amountMax))).toMatchObject({
      balances: [{ balance: Number.MAX_SAFE_INTEGER }],
    });
    expect(told(await sell(world, code(card), 1))).toMatchObject({ code: "BALANCE_EXCEEDS_LIMIT" });
  });

  it("dates an event never before the card's last one", async () => {
    const world = new World();
    const card = await activeCard(world);
    const lastAtMs = world.clock.nowMs();
    world.clock.advance(-60_000);
    await sell(world, code(card), 1);
    expect((await world.store.card(card))?.card.lastAtMs).toBe(lastAtMs);
  });
});

describe("refusals of a sale", () => {
  it("are kept where the card lies, or where the key lies when there is no card", async () => {
    const world = new World();
    const card = await activeCard(world, 10);
    const key = freshKey();
    const poor = await sell(world, code(card), 11, { key });
    expect(told(poor)).toEqual({
      code: "BALANCE_INSUFFICIENT",
      available: 10,
      balances: [{ balance: 10, held: 0, available: 10, unit: "CNY" }],
    });
    const opId = keyOf(world, key, store1);
    expect(await world.store.outcome(shardOf(card, 4), opId)).toMatchObject({
      kind: "DECLINED",
      eventId: null,
    });
    const nobody = freshKey();
    const unknown = "ff".repeat(20) as typeof card;
    expect(told(await sell(world, code(unknown), 1, { key: nobody }))).toEqual({
      code: "CARD_NOT_FOUND",
    });
    const other = keyOf(world, nobody, store1);
    expect(await world.store.outcome(shardOf(other, 4), other)).toMatchObject({ kind: "DECLINED" });
  });

  it("change no card and save no event", async () => {
    const world = new World();
    const card = await activeCard(world, 10);
    const before = { card: await world.store.card(card), events: await world.cardEvents() };
    for (const asked of [11, 10_000]) await sell(world, code(card), asked);
    await sell(world, code(card), 1, { unit: unit("EUR") });
    expect({ card: await world.store.card(card), events: await world.cardEvents() }).toEqual(
      before,
    );
  });

  it("treat a card of a program out of sight exactly like one that is not there", async () => {
    const world = new World();
    const card = await activeCard(world);
    const hidden = await sell(world, code(card), 1, { maySee: () => false });
    const absent = await sell(world, code("ff".repeat(20) as typeof card), 1, {
      maySee: () => false,
    });
    expect(told(hidden)).toEqual(told(absent));
    const lotsOut = await sell(world, lots("h"), 1, { maySee: () => false });
    expect(told(lotsOut)).toEqual(
      told(await sell(world, { kind: "LOTS", holder: "h", programId: programId("none") }, 1)),
    );
  });

  it("never show the balance of a card that is somebody else's", async () => {
    const world = new World();
    const card = await activeCard(world, 500);
    await bind(world, card, "anna");
    const tries = [
      sell(world, boundCard("ben", card), 1),
      sell(world, boundCard("ben", card), 1, { unit: unit("EUR") }),
      sell(world, boundCard("ben", card), 10_000),
      sell(world, code(card), 1),
    ];
    for (const result of await Promise.all(tries)) {
      const { balances, ...rest } = told(result);
      expect(balances).toEqual([]);
      expect(JSON.stringify(rest)).not.toContain("500");
    }
    const own = await sell(world, boundCard("anna", card), 501);
    expect(told(own)).toMatchObject({ code: "BALANCE_INSUFFICIENT", balances: [{ balance: 500 }] });
    const free = await activeCard(world, 40);
    expect(told(await sell(world, boundCard("ben", free), 1))).toEqual({
      code: "CARD_NOT_BOUND",
      balances: [],
    });
  });

  it("say when lots are asked of a program that has none", async () => {
    const world = new World();
    await createdProgram(world, "GIFT_CARD");
    const tender = { kind: "LOTS", holder: "anna", programId: gold } as const;
    expect(told(await sell(world, tender, 1))).toEqual({ code: "PROGRAM_KIND_MISMATCH" });
  });
});

describe("a sale from a wallet", () => {
  it("of a holder who has nothing is declined with a balance of nothing", async () => {
    const world = new World();
    await createdProgram(world, "POINTS");
    expect(told(await sell(world, lots("nobody"), 5))).toEqual({
      code: "BALANCE_INSUFFICIENT",
      available: 0,
      balances: [{ balance: 0, held: 0, available: 0, unit: "PTS" }],
    });
  });

  it("takes the lots that expire first, over several in one event", async () => {
    const world = new World();
    await createdProgram(world, "POINTS");
    const nowMs = world.clock.nowMs();
    await grant(world, "anna", 30);
    await grant(world, "anna", 20, { expiresAtMs: nowMs + dayMs });
    const third = await grant(world, "anna", 10, { expiresAtMs: nowMs + 2 * dayMs });
    expect(told(third)).toMatchObject({ balances: [{ balance: 60, available: 60, unit: "PTS" }] });
    const sale = told(await sell(world, lots("anna"), 35));
    expect(sale).toMatchObject({
      operation: { amount: 35 },
      balances: [{ balance: 25, available: 25 }],
    });
    expect(
      (sale.operation as unknown as { cards: { amount: number }[] }).cards.map(
        (part) => part.amount,
      ),
    ).toEqual([20, 10, 5]);
  });

  it("lets lots expire that are due, also when it is declined", async () => {
    const world = new World();
    await createdProgram(world, "POINTS");
    await grant(world, "anna", 20, { expiresAtMs: world.clock.nowMs() + dayMs });
    await grant(world, "anna", 7);
    world.clock.advance(dayMs);
    const declined = told(await sell(world, lots("anna"), 8));
    expect(declined).toEqual({
      code: "BALANCE_INSUFFICIENT",
      available: 7,
      balances: [{ balance: 7, held: 0, available: 7, unit: "PTS" }],
    });
    const events = await world.cardEvents();
    expect(events.map(({ type }) => type)).toEqual([
      "PointsGranted",
      "PointsGranted",
      "CardsExpired",
    ]);
  });

  it("draws at most 256 lots, and says so in what is available", async () => {
    const world = new World();
    await createdProgram(world, "POINTS");
    for (let nth = 0; nth < 258; nth += 1) await grant(world, "anna", 1);
    const declined = told(await sell(world, lots("anna"), 257));
    expect(declined).toMatchObject({
      available: 256,
      balances: [{ balance: 258, available: 256 }],
    });
    expect(told(await sell(world, lots("anna"), 256))).toMatchObject({
      balances: [{ balance: 2, available: 2 }],
    });
  });

  it("leaves empty lots out of the wallet's index, and a refund puts them back", async () => {
    const world = new World();
    await createdProgram(world, "POINTS");
    await grant(world, "anna", 5);
    await grant(world, "anna", 6);
    const identity = await world.vault.find("anna");
    const indexed = () => world.store.walletCards(identity?.walletId ?? "", null, 10);
    const sale = await sell(world, lots("anna"), 11);
    expect(await indexed()).toEqual([]);
    const back = await giveBack(world, saleOf(sale), 11);
    expect(told(back)).toMatchObject({ balances: [{ balance: 11, available: 11 }] });
    expect(await indexed()).toHaveLength(2);
    const part = await sell(world, lots("anna"), 8);
    const partBack = told(await giveBack(world, saleOf(part), 1));
    expect(partBack).toMatchObject({ balances: [{ balance: 4, available: 4 }] });
  });

  it("names neither holder nor code in what is stored", async () => {
    const world = new World();
    await createdProgram(world, "POINTS");
    const results = [
      await grant(world, "anna kowalska", 5),
      await sell(world, lots("anna kowalska"), 9),
    ];
    expect(JSON.stringify(results)).not.toContain("anna");
    expect(
      JSON.stringify(await world.cardEvents(), (_, value: unknown) =>
        typeof value === "bigint" ? Number(value) : value,
      ),
    ).not.toContain("anna");
  });
});

describe("what is not COMMITTED yet", () => {
  it("is told so and not kept: the same key succeeds later", async () => {
    const world = new World();
    world.commits = false;
    await createdProgram(world, "POINTS");
    const key = freshKey();
    const [early, late] = await Promise.all([
      grant(world, "anna", 5, { key }),
      sell(world, lots("anna"), 1),
    ]);
    expect([early.kind, late.kind]).toEqual(["NOT_COMMITTED_YET", "NOT_COMMITTED_YET"]);
    expect(await world.store.pointer(keyOf(world, key, store1))).toBeUndefined();
    await world.commit();
    expect(told(await grant(world, "anna", 5, { key }))).toMatchObject({
      operation: { amount: 5 },
    });
  });

  it("is waited for", async () => {
    const world = new World();
    world.commits = false;
    await createdProgram(world, "POINTS");
    const waiting = grant(world, "anna", 5);
    await world.commit();
    expect(told(await waiting)).toMatchObject({ operation: { amount: 5 } });
  });

  it("is told apart from what was never asked for", async () => {
    const world = new World();
    expect(told(await grant(world, "anna", 5, { programId: points }))).toEqual({
      code: "PROGRAM_NOT_FOUND",
    });
  });
});

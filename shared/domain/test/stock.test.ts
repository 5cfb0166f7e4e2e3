import { describe, expect, it } from "vitest";
import { bulkCardsPerEventMax, programId, type Card } from "../src/index.ts";
import { acquire, bind, distribute, generate } from "./stage/commands.ts";
import {
  batch,
  batchNo,
  cardNo,
  generated,
  giftCard,
  gold,
  mia,
  north,
  south,
  t0,
} from "./stage/fixtures.ts";
import { first, given } from "./stage/given.ts";

const stock = { program: gold, batch };
const suspended: Partial<Card> = { standing: { status: "SUSPENDED", reason: "LOST" } };
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe("generate", () => {
  it("makes cards without usable value and counts them in the batch", () => {
    const { after } = given(stock).when(generate(1, 2)).accepted();
    expect(after.cards).toHaveLength(2);
    expect(first(after.cards)).toEqual(
      generated(1, { generatedAtMs: t0 + 1000, lastAtMs: t0 + 1000 }),
    );
    expect(after.batch?.generated).toBe(2);
  });
  it("leaves out cards that exist, and a card named twice", () => {
    const outcome = given({ ...stock, cards: [generated(2)] }).when(generate(1, 2, 1));
    expect(outcome.leftOut.map((one) => one.cardId)).toEqual([cardNo(2), cardNo(1)]);
    expect(outcome.accepted().after.cards.map((card) => card.cardId)).toEqual([cardNo(1)]);
  });
  it("fills the batch to its count and not beyond", () => {
    const nearlyFull = { ...stock, batch: { ...batch, generated: 998 } };
    given(nearlyFull).when(generate(1, 2)).accepted();
    expect(
      given(nearlyFull)
        .when(generate(1, 2, 3))
        .refused(),
    ).toEqual({
      code: "BATCH_COUNT_EXCEEDED",
    });
  });
  it("needs program and batch, the batch of the program", () => {
    expect(given({ batch }).when(generate(1)).refused()).toEqual({ code: "PROGRAM_NOT_FOUND" });
    expect(given({ program: gold }).when(generate(1)).refused()).toEqual({
      code: "BATCH_NOT_FOUND",
    });
    const other = { program: { ...gold, programId: programId("silver") }, batch };
    expect(given(other).when(generate(1)).refused()).toEqual({ code: "BATCH_MISMATCH" });
  });
  it("names at most so many cards in one event", () => {
    given(stock)
      .when(generate(...numbers(bulkCardsPerEventMax)))
      .accepted();
    const outcome = given(stock).when(generate(...numbers(bulkCardsPerEventMax + 1)));
    expect(outcome.refused()).toMatchObject({ code: "LIMIT_EXCEEDED" });
  });
  it("makes nothing that is expired already", () => {
    const late = { ...stock, batch: { ...batch, expiresAtMs: t0 + 1000 } };
    expect(given(late).when(generate(1)).refused()).toEqual({ code: "CARD_EXPIRED" });
  });
});

describe("acquire", () => {
  it("allocates cards to the distributor, without value", () => {
    const { after } = given({ ...stock, cards: [generated(1)] })
      .when(acquire())
      .accepted();
    expect(first(after.cards)).toEqual(
      generated(1, {
        standing: { status: "ALLOCATED" },
        distributor: north,
        version: 2,
        lastAtMs: t0 + 1000,
      }),
    );
  });
  it("leaves out and reports those that cannot take the step", () => {
    const cards = [generated(1), generated(2, suspended), generated(3, { batchId: batchNo(2) })];
    const outcome = given({ ...stock, cards }).when(acquire());
    expect(outcome.accepted().after.cards.map((card) => card.cardId)).toEqual([cardNo(1)]);
    expect(outcome.leftOut).toEqual([
      { cardId: cardNo(2), refusal: { code: "CARD_SUSPENDED", reason: "LOST" } },
      { cardId: cardNo(3), refusal: { code: "BATCH_MISMATCH" } },
    ]);
  });
  it("is refused with the first reason when no card can take it", () => {
    const cards = [giftCard(1), generated(2, suspended)];
    const outcome = given({ ...stock, cards }).when(acquire());
    expect(outcome.refused()).toEqual({ code: "CARD_STEP_TAKEN", cardStatus: "ACTIVE" });
    expect(outcome.leftOut).toHaveLength(2);
  });
  it("is refused when there is no card", () => {
    expect(given(stock).when(acquire()).refused()).toEqual({ code: "CARD_NOT_FOUND" });
  });
});

describe("distribute", () => {
  it("loads the face value and makes cards spendable", () => {
    const { after } = given({ ...stock, cards: [generated(1)] })
      .when(distribute())
      .accepted();
    expect(first(after.cards)).toEqual(giftCard(1, { version: 2, lastAtMs: t0 + 1000 }));
  });
  it("lets only the distributor that acquired them distribute allocated cards", () => {
    const allocated = generated(1, { standing: { status: "ALLOCATED" }, distributor: north });
    const cards = [allocated, generated(2)];
    const outcome = given({ ...stock, cards }).when(distribute({ distributor: south }));
    expect(first(outcome.accepted().after.cards)).toMatchObject({
      cardId: cardNo(2),
      distributor: south,
    });
    expect(outcome.leftOut).toEqual([
      { cardId: cardNo(1), refusal: { code: "DISTRIBUTOR_NOT_ALLOWED" } },
    ]);
  });
  it("takes the time of the latest card that takes the step", () => {
    const cards = [
      generated(1, { lastAtMs: t0 + 7000 }),
      generated(2),
      giftCard(3, { lastAtMs: t0 + 9000 }),
    ];
    const { event } = given({ ...stock, cards })
      .when(distribute())
      .accepted();
    expect(event.atMs).toBe(t0 + 7000);
  });
  it("leaves out a card that expires by the time of another", () => {
    const cards = [generated(1, { lastAtMs: t0 + 7000 }), generated(2, { expiresAtMs: t0 + 5000 })];
    const outcome = given({ ...stock, cards }).when(distribute());
    expect(outcome.accepted().after.cards).toHaveLength(1);
    expect(outcome.leftOut).toEqual([{ cardId: cardNo(2), refusal: { code: "CARD_EXPIRED" } }]);
  });
});

describe("bind", () => {
  it("changes the binding and nothing else", () => {
    const card = giftCard(1);
    const { after } = given({ program: gold, cards: [card] })
      .when(bind())
      .accepted();
    const binding = { kind: "BOUND", holder: mia };
    expect(after.cards).toEqual([{ ...card, binding, version: 3, lastAtMs: t0 + 1000 }]);
  });
  it("needs the card and its own program", () => {
    expect(given({ program: gold }).when(bind()).refused()).toEqual({ code: "CARD_NOT_FOUND" });
    expect(
      given({ cards: [giftCard(1)] })
        .when(bind())
        .refused(),
    ).toEqual({
      code: "PROGRAM_NOT_FOUND",
    });
  });
});

import { describe, expect, it } from "vitest";
import { amount, amountMax, refundableInlineMax, unit, type Refundable } from "../src/index.ts";
import { bind, refund, walletWriteOff, writeOff } from "./stage/commands.ts";
import { dayMs, giftCard, gold, mia, noSums, opNo, shop, t0 } from "./stage/fixtures.ts";
import { first, given } from "./stage/given.ts";

const one = { program: gold, cards: [giftCard(1)] };
const most = amount(amountMax);

describe("a sale from one card", () => {
  it("takes the amount and keeps itself to be refunded", () => {
    const { after } = given(one).when(writeOff(30)).accepted();
    expect(after.operations).toEqual([]);
    expect(first(after.cards)).toMatchObject({
      balance: 70n,
      sums: { loaded: 100n, writtenOff: 30n },
      standing: { status: "ACTIVE" },
      refundables: [
        {
          opId: opNo(1),
          acceptor: shop,
          amount: 30n,
          refunded: 0n,
          refundableUntilMs: t0 + 1000 + 90 * dayMs,
        },
      ],
    });
  });
  it("of the last unit redeems the card", () => {
    const { after } = given(one).when(writeOff(100)).accepted();
    expect(first(after.cards)).toMatchObject({ balance: 0n, standing: { status: "REDEEMED" } });
  });
  it("needs an amount", () => {
    expect(given(one).when(writeOff(0)).refused()).toEqual({ code: "AMOUNT_INVALID" });
  });
  it("never mixes units", () => {
    given(one)
      .when(writeOff(1, { unit: unit("CNY") }))
      .accepted();
    const outcome = given(one).when(writeOff(1, { unit: unit("EUR") }));
    expect(outcome.refused()).toEqual({ code: "UNIT_MISMATCH", unit: "CNY" });
  });
  it("says what is available when that is not enough", () => {
    const outcome = given(one).when(writeOff(101));
    expect(outcome.refused()).toEqual({ code: "BALANCE_INSUFFICIENT", available: 100n });
  });
  it("takes what there is when partial is allowed", () => {
    const { event } = given(one)
      .when(writeOff(101, { allowPartial: true }))
      .accepted();
    expect(event).toMatchObject({ cards: [{ amount: 100n, balance: 0n }] });
  });
  it("takes nothing from nothing, partial or not", () => {
    const empty = giftCard(1, { balance: amount(0), standing: { status: "REDEEMED" } });
    const outcome = given({ program: gold, cards: [empty] }).when(
      writeOff(5, { allowPartial: true }),
    );
    expect(outcome.refused()).toEqual({ code: "BALANCE_INSUFFICIENT", available: 0n });
  });
  it("is declined below the minimum that must be available, whatever the amount", () => {
    const ask = (minimum: number) =>
      given(one).when(writeOff(5, { allowPartial: true, minimumAvailable: amount(minimum) }));
    ask(100).accepted();
    expect(ask(101).refused()).toEqual({ code: "BALANCE_INSUFFICIENT", available: 100n });
  });
  it("cannot touch what open holds reserve", () => {
    const card = giftCard(1, { held: amount(60) });
    const outcome = given({ program: gold, cards: [card] }).when(writeOff(41));
    expect(outcome.refused()).toEqual({ code: "BALANCE_INSUFFICIENT", available: 40n });
    const { after } = given({ program: gold, cards: [card] })
      .when(writeOff(40))
      .accepted();
    expect(first(after.cards)).toMatchObject({ balance: 60n, standing: { status: "ACTIVE" } });
  });
  it("needs exactly one card, of the program", () => {
    expect(given({ program: gold }).when(writeOff(1)).refused()).toEqual({
      code: "CARD_NOT_FOUND",
    });
    const two = { program: gold, cards: [giftCard(1), giftCard(2)] };
    expect(given(two).when(writeOff(1)).refused()).toEqual({ code: "CARD_NOT_FOUND" });
    expect(given({ program: gold }).when(walletWriteOff(1)).refused()).toEqual({
      code: "CARD_NOT_FOUND",
    });
  });
  it("bears the card's time when the clock is behind it", () => {
    const card = giftCard(1, { lastAtMs: t0 + 5000 });
    const { event } = given({ program: gold, cards: [card] })
      .when(writeOff(1))
      .accepted();
    expect(event.atMs).toBe(t0 + 5000);
  });
  it("is judged for expiry by the time it bears, not by the clock", () => {
    const card = giftCard(1, { lastAtMs: t0 + 5000, expiresAtMs: t0 + 5000 });
    const outcome = given({ program: gold, cards: [card] }).when(writeOff(1));
    expect(outcome.refused()).toEqual({ code: "CARD_EXPIRED" });
  });
  it("is allowed up to the last millisecond before expiry", () => {
    const card = giftCard(1, { expiresAtMs: t0 + 1001 });
    const { event } = given({ program: gold, cards: [card] })
      .when(writeOff(1))
      .accepted();
    expect(event.atMs).toBe(t0 + 1000);
  });
  it("never adds up to more than can be counted, over a card's whole life", () => {
    const card = giftCard(1, {
      sums: { ...noSums, loaded: amount(100), writtenOff: most, refunded: most },
    });
    const outcome = given({ program: gold, cards: [card] }).when(writeOff(1));
    expect(outcome.refused()).toMatchObject({
      code: "BALANCE_EXCEEDS_LIMIT",
      limit: "amountMax",
    });
  });
});

describe("the refundable write-offs a card keeps", () => {
  const kept = (n: number, refundableUntilMs: number): Refundable => ({
    opId: opNo(100 + n),
    acceptor: shop,
    amount: amount(1),
    refunded: amount(0),
    refundableUntilMs,
  });
  const full = (untilMs: number) =>
    giftCard(1, {
      sums: { ...noSums, loaded: amount(116), writtenOff: amount(16) },
      refundables: Array.from({ length: refundableInlineMax }, (_, i) =>
        kept(i, i === 3 ? untilMs : t0 + 90_000),
      ),
    });

  it("are sixteen; a seventeenth sends the oldest to an operation", () => {
    const card = full(t0 + 1001);
    const { after } = given({ program: gold, cards: [card] })
      .when(writeOff(1))
      .accepted();
    const [oldest, ...newer] = card.refundables;
    const ids = first(after.cards).refundables.map((one) => one.opId);
    expect(ids).toEqual([...newer.map((one) => one.opId), opNo(1)]);
    expect(after.operations).toEqual([
      {
        opId: oldest?.opId,
        programId: gold.programId,
        unit: gold.unit,
        acceptor: shop,
        refundableUntilMs: oldest?.refundableUntilMs,
        legs: [{ cardId: card.cardId, amount: 1n, refunded: 0n }],
        version: 1,
      },
    ]);
  });
  it("make room when a window closes at the very time of the event", () => {
    const { after } = given({ program: gold, cards: [full(t0 + 1000)] })
      .when(writeOff(1))
      .accepted();
    const ids = first(after.cards).refundables.map((each) => each.opId);
    expect(ids).toHaveLength(refundableInlineMax);
    expect(ids).not.toContain(opNo(103));
    expect(ids.at(-1)).toBe(opNo(1));
  });
  it("count even when all of them was given back", () => {
    const card = full(t0 + 90_000);
    const returned = card.refundables.map((each) => ({ ...each, refunded: each.amount }));
    const { after } = given({ program: gold, cards: [{ ...card, refundables: returned }] })
      .when(writeOff(1))
      .accepted();
    expect(after.operations.map((one) => one.legs[0]?.refunded)).toEqual([1n]);
  });
  it("are none where the program has no refund window", () => {
    const program = { ...gold, refundWindowDays: 0 };
    const { after } = given({ program, cards: [giftCard(1)] })
      .when(writeOff(1))
      .accepted();
    expect(first(after.cards).refundables).toEqual([]);
    const later = given({ program, cards: after.cards }).when(refund(1));
    expect(later.refused()).toEqual({ code: "WRITE_OFF_NOT_FOUND" });
  });
  it("leave with any event of the card, a binding too", () => {
    const card = giftCard(1, { refundables: [kept(1, t0 + 1000), kept(2, t0 + 1001)] });
    const { after } = given({ program: gold, cards: [card] })
      .when(bind())
      .accepted();
    expect(first(after.cards).refundables).toEqual([kept(2, t0 + 1001)]);
  });
  it("stand under one key once", () => {
    const card = giftCard(1, { refundables: [{ ...kept(1, t0 + 90_000), opId: opNo(1) }] });
    const outcome = given({ program: gold, cards: [card] }).when(writeOff(1));
    expect(outcome.refused()).toEqual({ code: "OPERATION_ALREADY_EXISTS" });
  });
});

describe("a sale by wallet from one bound card", () => {
  it("takes from the card that is bound to the holder", () => {
    const card = giftCard(1, { binding: { kind: "BOUND", holder: mia } });
    const { after } = given({ program: gold, cards: [card] })
      .when(walletWriteOff(30))
      .accepted();
    expect(first(after.cards).balance).toBe(70n);
  });
  it("is not for several gift cards at once", () => {
    const bound = { binding: { kind: "BOUND", holder: mia } } as const;
    const cards = [giftCard(1, bound), giftCard(2, bound)];
    const outcome = given({ program: gold, cards }).when(walletWriteOff(150));
    expect(outcome.refused()).toEqual({ code: "CARD_NOT_FOUND" });
  });
});

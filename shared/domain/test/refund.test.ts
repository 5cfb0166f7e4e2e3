import { describe, expect, it } from "vitest";
import { amount, amountMax, type Card } from "../src/index.ts";
import { refund, walletWriteOff, writeOff } from "./stage/commands.ts";
import {
  cardNo,
  dayMs,
  giftCard,
  gold,
  kiosk,
  lot,
  noSums,
  opNo,
  points,
  t0,
} from "./stage/fixtures.ts";
import { first, given, onward, type Given } from "./stage/given.ts";

/** A card of 100 after a sale of so much under `opNo(1)`. */
function sold(value: number, change: Partial<Card> = {}): Card {
  const start: Given = { program: gold, cards: [giftCard(1, change)] };
  return first(given(start).when(writeOff(value)).accepted().after.cards);
}
const on = (card: Card) => given({ program: gold, cards: [card] });

describe("a refund to one card", () => {
  it("gives back and keeps count", () => {
    const { after } = on(sold(40)).when(refund(15)).accepted();
    expect(first(after.cards)).toMatchObject({
      balance: 75n,
      sums: { writtenOff: 40n, refunded: 15n },
      refundables: [{ opId: opNo(1), amount: 40n, refunded: 15n }],
    });
  });
  it("repeats in parts, never above the write-off, and says what is left", () => {
    const once = first(on(sold(40)).when(refund(15)).accepted().after.cards);
    expect(on(once).when(refund(26)).refused()).toEqual({
      code: "REFUND_EXCEEDS_CAPTURE",
      refundable: 25n,
    });
    const twice = first(on(once).when(refund(25)).accepted().after.cards);
    expect(twice.balance).toBe(100n);
    expect(twice.refundables).toMatchObject([{ refunded: 40n }]);
    expect(on(twice).when(refund(1)).refused()).toEqual({
      code: "REFUND_EXCEEDS_CAPTURE",
      refundable: 0n,
    });
  });
  it("makes a redeemed card active again", () => {
    const card = sold(100);
    expect(card.standing.status).toBe("REDEEMED");
    const { after } = on(card).when(refund(1)).accepted();
    expect(first(after.cards)).toMatchObject({ balance: 1n, standing: { status: "ACTIVE" } });
  });
  it("needs an amount and a write-off that is known", () => {
    expect(on(sold(40)).when(refund(0)).refused()).toEqual({ code: "AMOUNT_INVALID" });
    const unknown = on(sold(40)).when(refund(1, { writeOffId: opNo(77) }));
    expect(unknown.refused()).toEqual({ code: "WRITE_OFF_NOT_FOUND" });
  });
  it("is for the acceptor that took the sale", () => {
    const outcome = on(sold(40)).when(refund(1, { acceptor: kiosk }));
    expect(outcome.refused()).toEqual({ code: "ACCEPTOR_NOT_ALLOWED" });
  });
  it("ends with the window: its last millisecond is before the end", () => {
    const endMs = t0 + 1000 + 90 * dayMs;
    on(sold(40))
      .when(refund(1, { nowMs: endMs - 1 }))
      .accepted();
    expect(
      on(sold(40))
        .when(refund(1, { nowMs: endMs }))
        .refused(),
    ).toEqual({
      code: "REFUND_WINDOW_CLOSED",
    });
  });
  it("judges the window by the time the event bears, not by the clock", () => {
    const ahead = { ...sold(40), lastAtMs: t0 + 1000 + 90 * dayMs };
    expect(on(ahead).when(refund(1)).refused()).toEqual({ code: "REFUND_WINDOW_CLOSED" });
  });
  it("is judged by the window of the sale, not by the program's now", () => {
    const program = { ...gold, refundWindowDays: 0 };
    const { after } = given({ program, cards: [sold(40)] })
      .when(refund(1))
      .accepted();
    expect(first(after.cards).balance).toBe(61n);
  });
  it("does not make a suspended card spendable", () => {
    const standing = { status: "SUSPENDED", reason: "LOST" } as const;
    const card = first(
      on({ ...sold(40), standing })
        .when(refund(10))
        .accepted().after.cards,
    );
    expect(card).toMatchObject({ balance: 70n, standing });
    expect(
      on(card)
        .when(writeOff(1, { opId: opNo(3) }))
        .refused().code,
    ).toBe("CARD_SUSPENDED");
  });
  it("waits until an event has said of a card past its date that it is expired", () => {
    const late = refund(10, { nowMs: t0 + 1500 });
    const unsaid = on(sold(100, { expiresAtMs: t0 + 1500 })).when(late);
    expect(unsaid.refused()).toEqual({ code: "CARD_EXPIRED" });
    on(sold(100, { expiresAtMs: t0 + 1501 }))
      .when(late)
      .accepted();
  });
  it("stays with an expired card, which stays expired", () => {
    const expired = { ...sold(100), standing: { status: "EXPIRED" } } as const;
    const { after } = on(expired).when(refund(10)).accepted();
    expect(first(after.cards)).toMatchObject({ balance: 10n, standing: { status: "EXPIRED" } });
  });
  it("is refused, not thrown, when the balance would exceed the limit", () => {
    const full = amount(amountMax);
    const card = { ...sold(40), balance: full };
    expect(on(card).when(refund(1)).refused()).toMatchObject({
      code: "BALANCE_EXCEEDS_LIMIT",
      limit: "amountMax",
    });
    const worn = { ...sold(40), sums: { ...noSums, refunded: full } };
    expect(on(worn).when(refund(1)).refused()).toMatchObject({
      code: "BALANCE_EXCEEDS_LIMIT",
      limit: "amountMax",
    });
  });
});

describe("a refund over several lots", () => {
  const lots = [lot(1, 10), lot(2, 20), lot(3, 30)];
  const wallet: Given = { program: points, cards: lots };
  const drawn = onward(wallet, given(wallet).when(walletWriteOff(45)).accepted().after);

  const credits = (what: Given, value: number) => {
    const { event, after } = given(what).when(refund(value)).accepted();
    if (event.type !== "CardRefunded") throw new Error(event.type);
    const list = event.cards.map((effect) => [effect.cardId, effect.amount]);
    return { list, after: onward(what, after) };
  };

  it("goes back in the reverse of the order drawn, and goes on where it stopped", () => {
    const once = credits(drawn, 20);
    expect(once.list).toEqual([
      [cardNo(3), 15n],
      [cardNo(2), 5n],
    ]);
    const twice = credits(once.after, 20);
    expect(twice.list).toEqual([
      [cardNo(2), 15n],
      [cardNo(1), 5n],
    ]);
    expect(twice.after.operations?.[0]).toMatchObject({
      version: 3,
      legs: [
        { cardId: cardNo(1), amount: 10n, refunded: 5n },
        { cardId: cardNo(2), amount: 20n, refunded: 20n },
        { cardId: cardNo(3), amount: 15n, refunded: 15n },
      ],
    });
    expect(given(twice.after).when(refund(6)).refused()).toEqual({
      code: "REFUND_EXCEEDS_CAPTURE",
      refundable: 5n,
    });
    expect(credits(twice.after, 5).after.cards?.map((card) => card.balance)).toEqual([
      10n,
      20n,
      30n,
    ]);
  });
  it("makes redeemed lots active again and leaves the lots' own refundables alone", () => {
    const { after } = credits(drawn, 45);
    expect(after.cards?.map((card) => card.standing.status)).toEqual([
      "ACTIVE",
      "ACTIVE",
      "ACTIVE",
    ]);
    expect(after.cards?.flatMap((card) => card.refundables)).toEqual([]);
  });
  it("knows acceptor and window of the operation", () => {
    const stranger = given(drawn).when(refund(1, { acceptor: kiosk }));
    expect(stranger.refused()).toEqual({ code: "ACCEPTOR_NOT_ALLOWED" });
    const late = given(drawn).when(refund(1, { nowMs: t0 + 1000 + 90 * dayMs }));
    expect(late.refused()).toEqual({ code: "REFUND_WINDOW_CLOSED" });
  });
  it("moves nothing when one lot cannot take it", () => {
    const standing = { status: "CANCELLED", reason: "STOLEN" } as const;
    const cards = (drawn.cards ?? []).map((card) =>
      card.cardId === cardNo(2) ? { ...card, standing } : card,
    );
    expect(
      given({ ...drawn, cards })
        .when(refund(20))
        .refused(),
    ).toEqual({ code: "CARD_CANCELLED" });
    given({ ...drawn, cards })
      .when(refund(15))
      .accepted();
  });
  it("needs the lots it goes back to", () => {
    const cards = (drawn.cards ?? []).filter((card) => card.cardId !== cardNo(3));
    expect(
      given({ ...drawn, cards })
        .when(refund(1))
        .refused(),
    ).toEqual({ code: "CARD_NOT_FOUND" });
  });
});

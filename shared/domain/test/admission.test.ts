import { describe, expect, it } from "vitest";
import {
  admit,
  amount,
  amountMax,
  evolve,
  lotsPerWriteOffMax,
  timeMaxMs,
  unit,
  type BatchCreated,
  type Card,
  type CardBound,
  type CardWrittenOff,
  type Effect,
  type Refusal,
} from "../src/index.ts";
import { bind, createBatch, walletWriteOff } from "./stage/commands.ts";
import { batchNo, giftCard, gold, kiosk, lot, points, t0, tom } from "./stage/fixtures.ts";
import { given, situation, type Given } from "./stage/given.ts";

/** Lies that random mutation seldom hits: each is lawful but for one thing. */
const wallet: Given = { program: points, cards: [lot(1, 10), lot(2, 10)] };
const sale = given(wallet).when(walletWriteOff(15)).accepted().event as CardWrittenOff;

/** A line that draws so much from a lot. */
const line = (card: Card, value: bigint): Effect => ({
  cardId: card.cardId,
  version: card.version + 1,
  amount: amount(value),
  balance: amount(card.balance - value),
  held: card.held,
});

/** What is said of a sale that draws all of these cards. */
function drawn(cards: readonly Card[], change: Given = {}): Refusal | null {
  const event = { ...sale, cards: cards.map((card) => line(card, card.balance)) };
  return admit(situation({ program: points, cards, ...change }), event);
}

describe("a sale over lots is not admitted", () => {
  it("unless it is this one", () => {
    expect(admit(situation(wallet), sale)).toBeNull();
    expect(drawn([lot(1, 10), lot(2, 10)])).toBeNull();
  });
  it("from lots of two holders, or of none", () => {
    const toms = lot(2, 10, { binding: { kind: "BOUND", holder: tom } });
    expect(drawn([lot(1, 10), toms])).toEqual({ code: "CARD_BOUND_TO_OTHER" });
    const free = lot(2, 10, { binding: { kind: "UNBOUND" } });
    expect(drawn([lot(1, 10), free])).toEqual({ code: "CARD_NOT_BOUND" });
    expect(drawn([free, lot(3, 10)])).toEqual({ code: "CARD_NOT_BOUND" });
  });
  it("from more lots than may be drawn", () => {
    const lots = (count: number) => Array.from({ length: count }, (_, i) => lot(i + 1, 1));
    expect(drawn(lots(lotsPerWriteOffMax))).toBeNull();
    expect(drawn(lots(lotsPerWriteOffMax + 1))).toMatchObject({ code: "LIMIT_EXCEEDED" });
  });
  it("of more together than an amount can say", () => {
    const huge = (n: number) => lot(n, Number(amountMax));
    expect(drawn([huge(1), huge(2)])).toEqual({ code: "AMOUNT_INVALID" });
  });
  it("in a program of gift cards", () => {
    const { programId } = gold;
    const cards = [lot(1, 10, { programId, unit: gold.unit }), lot(2, 10, { programId })];
    const lines = cards.map((card) => line(card, card.balance));
    const event = { ...sale, programId, cards: lines };
    expect(admit(situation({ program: gold, cards }), event)).toEqual({
      code: "PROGRAM_KIND_MISMATCH",
    });
  });
  it("under a key that has an operation already", () => {
    const { operations } = evolve(situation(wallet), sale);
    expect(drawn([lot(1, 10), lot(2, 10)], { operations })).toEqual({
      code: "OPERATION_ALREADY_EXISTS",
    });
  });
  it("from lots of another unit or another program", () => {
    const other = lot(2, 10, { unit: unit("XTS") });
    expect(drawn([lot(1, 10), other])).toEqual({ code: "UNIT_MISMATCH", unit: "XTS" });
    const alien = lot(2, 10, { programId: gold.programId });
    expect(drawn([lot(1, 10), alien])).toEqual({ code: "PROGRAM_VERSION_WRONG" });
  });
  it("from a lot that is not there", () => {
    expect(admit(situation({ program: points, cards: [lot(1, 10)] }), sale)).toEqual({
      code: "CARD_NOT_FOUND",
    });
  });
  it("for a time of business that no calendar has", () => {
    for (const businessAtMs of [-1, 0.5, timeMaxMs + 1, NaN])
      expect(admit(situation(wallet), { ...sale, businessAtMs })).toMatchObject({
        code: "LIMIT_EXCEEDED",
      });
  });
});

describe("an event of a card is not admitted", () => {
  const card = giftCard(1, { lastAtMs: t0 + 5 });
  const bound = given({ program: gold, cards: [card] })
    .when(bind())
    .accepted().event as CardBound;
  const judge = (change: Partial<CardBound>, now: Card = card) =>
    admit(situation({ program: gold, cards: [now] }), { ...bound, ...change });

  it("at a time before the card's last, and is at that time", () => {
    expect(judge({ atMs: t0 + 5 })).toBeNull();
    expect(judge({ atMs: t0 + 4 })).toEqual({ code: "TIME_WENT_BACK" });
  });
  it("when another event came first", () => {
    expect(judge({}, { ...card, version: card.version + 1 })).toEqual({ code: "VERSION_GAP" });
  });
  it("under a version of the program that did not rule yet", () => {
    const later = { ...gold, effectiveFromMs: bound.atMs + 1 };
    expect(admit(situation({ program: later, cards: [card] }), bound)).toEqual({
      code: "PROGRAM_VERSION_WRONG",
    });
  });
});

describe("a batch is not admitted", () => {
  const created = given({ program: gold }).when(createBatch()).accepted().event as BatchCreated;
  const judge = (change: Partial<BatchCreated["batch"]>) =>
    admit(situation({ program: gold }), { ...created, batch: { ...created.batch, ...change } });

  it("unless it is as program and event say", () => {
    expect(judge({ batchId: batchNo(5) })).toBeNull();
    const mismatch = { code: "BATCH_MISMATCH" };
    expect(judge({ programId: points.programId })).toEqual(mismatch);
    expect(judge({ programVersion: 2 })).toEqual(mismatch);
    expect(judge({ issuer: kiosk })).toEqual(mismatch);
    expect(judge({ createdAtMs: t0 })).toEqual(mismatch);
    expect(judge({ generated: 1 })).toEqual(mismatch);
  });
});

import { describe, expect, it } from "vitest";
import { amount, amountMax, lotsPerWriteOffMax, type Card, type WriteOff } from "../src/index.ts";
import { walletWriteOff, writeOff } from "./stage/commands.ts";
import { cardNo, dayMs, gold, lot, opNo, points, shop, t0, tom } from "./stage/fixtures.ts";
import { given } from "./stage/given.ts";

const wallet = (...cards: Card[]) => given({ program: points, cards });

/** Numbers of the lots drawn and what each gave. */
function draws(cards: readonly Card[], command: WriteOff): (readonly [number, number])[] {
  const { event } = wallet(...cards)
    .when(command)
    .accepted();
  if (event.type !== "CardWrittenOff") throw new Error(event.type);
  return event.cards.map((effect) => [Number.parseInt(effect.cardId, 16), Number(effect.amount)]);
}

describe("a sale from the lots of a wallet", () => {
  it("takes those that expire first, never-expiring last, then the oldest, then by id", () => {
    const lots = [
      lot(1, 10),
      lot(2, 10, { generatedAtMs: t0 - 5 }),
      lot(3, 10, { expiresAtMs: t0 + 9000 }),
      lot(4, 10, { expiresAtMs: t0 + 8000 }),
      lot(6, 10, { expiresAtMs: t0 + 9000, generatedAtMs: t0 - 1 }),
      lot(5, 10, { expiresAtMs: t0 + 9000, generatedAtMs: t0 - 1 }),
    ];
    const order = [
      [4, 10],
      [5, 10],
      [6, 10],
      [3, 10],
      [2, 10],
      [1, 5],
    ];
    expect(draws(lots, walletWriteOff(55))).toEqual(order);
    expect(draws(lots.toReversed(), walletWriteOff(55))).toEqual(order);
  });
  it("leaves one event, the lots with sums only, and an operation with the parts in the order drawn", () => {
    const { after } = wallet(lot(1, 10), lot(2, 10)).when(walletWriteOff(15)).accepted();
    expect(after.cards.map((card) => [card.balance, card.standing.status])).toEqual([
      [0n, "REDEEMED"],
      [5n, "ACTIVE"],
    ]);
    expect(after.cards.flatMap((card) => card.refundables)).toEqual([]);
    expect(after.operations).toEqual([
      {
        opId: opNo(1),
        programId: points.programId,
        unit: points.unit,
        acceptor: shop,
        refundableUntilMs: t0 + 1000 + 90 * dayMs,
        legs: [
          { cardId: cardNo(1), amount: 10n, refunded: 0n },
          { cardId: cardNo(2), amount: 5n, refunded: 0n },
        ],
        version: 1,
      },
    ]);
  });
  it("over one lot is kept by the lot itself", () => {
    const { after } = wallet(lot(1, 10), lot(2, 10)).when(walletWriteOff(10)).accepted();
    expect(after.operations).toEqual([]);
    expect(after.cards.map((card) => card.refundables.length)).toEqual([1]);
  });
  it("keeps no operation where the program has no refund window", () => {
    const program = { ...points, refundWindowDays: 0 };
    const cards = [lot(1, 10), lot(2, 10)];
    const { after } = given({ program, cards }).when(walletWriteOff(15)).accepted();
    expect(after.operations).toEqual([]);
  });
  it("passes over lots that are expired, suspended, empty or of another holder", () => {
    const lots = [
      lot(1, 10, { expiresAtMs: t0 + 1000 }),
      lot(2, 10, { standing: { status: "SUSPENDED", reason: "LOST" } }),
      lot(3, 0, { standing: { status: "REDEEMED" } }),
      lot(4, 10, { binding: { kind: "BOUND", holder: tom } }),
      lot(5, 10),
    ];
    expect(draws(lots, walletWriteOff(10))).toEqual([[5, 10]]);
    expect(
      wallet(...lots)
        .when(walletWriteOff(11))
        .refused(),
    ).toEqual({
      code: "BALANCE_INSUFFICIENT",
      available: 10n,
    });
  });
  it("finds nothing available in an empty wallet or one of unusable lots", () => {
    const nothing = { code: "BALANCE_INSUFFICIENT", available: 0n };
    expect(wallet().when(walletWriteOff(1)).refused()).toEqual(nothing);
    const expired = lot(1, 10, { expiresAtMs: t0 });
    expect(wallet(expired).when(walletWriteOff(1)).refused()).toEqual(nothing);
  });
  it("takes what there is when partial is allowed, unless the minimum is missing", () => {
    const ask = (minimum: number) =>
      walletWriteOff(99, { allowPartial: true, minimumAvailable: amount(minimum) });
    expect(draws([lot(1, 10), lot(2, 10)], ask(20))).toEqual([
      [1, 10],
      [2, 10],
    ]);
    expect(wallet(lot(1, 10), lot(2, 9)).when(ask(20)).refused()).toEqual({
      code: "BALANCE_INSUFFICIENT",
      available: 19n,
    });
  });
  it("draws at most so many lots, and counts as available what those can give", () => {
    const lots = Array.from({ length: lotsPerWriteOffMax + 10 }, (_, i) => lot(i + 1, 2));
    const most = lotsPerWriteOffMax * 2;
    expect(draws(lots, walletWriteOff(most))).toHaveLength(lotsPerWriteOffMax);
    expect(
      wallet(...lots)
        .when(walletWriteOff(most + 1))
        .refused(),
    ).toEqual({
      code: "BALANCE_INSUFFICIENT",
      available: BigInt(most),
    });
  });
  it("bears the latest time of the lots it touches, and of no other", () => {
    const lots = [lot(1, 10, { lastAtMs: t0 + 3000 }), lot(2, 10, { lastAtMs: t0 + 9000 })];
    const { event } = wallet(...lots)
      .when(walletWriteOff(10))
      .accepted();
    expect(event.atMs).toBe(t0 + 3000);
  });
  it("draws again when a lot has expired by the time of another it touches", () => {
    const lots = [
      lot(1, 10, { expiresAtMs: t0 + 2000 }),
      lot(2, 10, { lastAtMs: t0 + 3000 }),
      lot(3, 10, { lastAtMs: t0 + 4000 }),
    ];
    expect(draws(lots, walletWriteOff(15))).toEqual([
      [2, 10],
      [3, 5],
    ]);
    const { event } = wallet(...lots)
      .when(walletWriteOff(15))
      .accepted();
    expect(event.atMs).toBe(t0 + 4000);
  });
  it("does not overflow when lots together hold more than an amount can say", () => {
    const huge = (n: number) => lot(n, Number(amountMax));
    expect(draws([huge(1), huge(2)], walletWriteOff(Number(amountMax)))).toHaveLength(1);
    const outcome = wallet(lot(1, 1), huge(2)).when(walletWriteOff(Number(amountMax)));
    expect(outcome.accepted().after.cards.map((card) => card.balance)).toEqual([0n, 1n]);
  });
  it("is not done by code: a lot has none", () => {
    const program = { ...points, spendByCodeWhenBound: true };
    const outcome = given({ program, cards: [lot(1, 10)] }).when(writeOff(1));
    expect(outcome.refused()).toEqual({ code: "PROGRAM_KIND_MISMATCH" });
  });
  it("takes nothing of another program", () => {
    const { programId, unit } = gold;
    const outcome = wallet(lot(1, 10, { programId, unit }), lot(2, 5)).when(walletWriteOff(15));
    expect(outcome.refused()).toEqual({ code: "BALANCE_INSUFFICIENT", available: 5n });
  });
});

import { describe, expect, it } from "vitest";
import {
  amount,
  closeDue,
  evolve,
  expireDue,
  lawGauge,
  refundableInlineMax,
  sumsDelta,
  zero,
  type Card,
} from "../src/index.ts";
import {
  adjust,
  cancel,
  load,
  refund,
  replace,
  resume,
  suspend,
  walletWriteOff,
  writeOff,
} from "./stage/commands.ts";
import {
  cardNo,
  dayMs,
  giftCard,
  gold,
  lot,
  mia,
  opNo,
  points,
  shop,
  t0,
} from "./stage/fixtures.ts";
import { first, given, onward, situation, type Given } from "./stage/given.ts";

/** A card of 100 of which 40 were written off under `opNo(1)`. */
function sold(change: Partial<Card> = {}): Given {
  const before = { program: gold, cards: [giftCard(1, change)] };
  const { after } = given(before).when(writeOff(40)).accepted();
  return onward(before, after);
}

/** Brings about what is due at a time. */
function due(before: Given, nowMs: number): Given {
  const event = expireDue(situation(before), nowMs);
  return event === null ? before : onward(before, evolve(situation(before), event));
}

const cardOf = ({ cards = [] }: Given, n = 1): Card =>
  first(cards.filter(({ cardId }) => cardId === cardNo(n)));

const gaugeOf = ({ cards = [] }: Given): bigint =>
  cards.reduce((sum, card) => sum + lawGauge(sumsDelta(undefined, card)), 0n);

describe("a refund to a card that", () => {
  it("is SUSPENDED is credited and cannot be spent", () => {
    const before = sold();
    const stopped = onward(before, given(before).when(suspend()).accepted().after);
    const back = onward(stopped, given(stopped).when(refund(10)).accepted().after);
    expect(cardOf(back)).toMatchObject({ balance: 70n, standing: { status: "SUSPENDED" } });
    const again = given(back).when(writeOff(1, { opId: opNo(9) }));
    expect(again.refused()).toEqual({ code: "CARD_SUSPENDED", reason: "LOST" });
  });

  it("is EXPIRED is credited, stays EXPIRED, and only reissue moves it", () => {
    const lapsed = due(sold({ expiresAtMs: t0 + dayMs }), t0 + dayMs);
    expect(cardOf(lapsed)).toMatchObject({ balance: 0n, sums: { expired: 60n } });
    const nowMs = t0 + 2 * dayMs;
    const back = onward(lapsed, given(lapsed).when(refund(10, { nowMs })).accepted().after);
    expect(cardOf(back)).toMatchObject({ balance: 10n, standing: { status: "EXPIRED" } });
    expect(given(back).when(load(1, { nowMs })).refused()).toEqual({ code: "CARD_EXPIRED" });
    const { after } = given(back).when(replace({ nowMs })).accepted();
    expect(after.cards.map(({ balance, standing }) => [balance, standing.status])).toEqual([
      [0n, "REPLACED"],
      [10n, "ACTIVE"],
    ]);
    expect(gaugeOf(onward(back, after))).toBe(0n);
  });

  it("was REPLACED is credited to its successor", () => {
    const before = sold();
    const replaced = onward(before, given(before).when(replace()).accepted().after);
    const { event, after } = given(replaced).when(refund(15)).accepted();
    expect(event).toMatchObject({ passed: [], cards: [{ cardId: cardNo(0x700), amount: 15n }] });
    expect(first(after.cards)).toMatchObject({
      balance: 75n,
      refundables: [{ opId: opNo(1), amount: 40n, refunded: 15n }],
    });
  });

  it("was REPLACED twice, and whose write-off it no longer keeps, passes both on the way", () => {
    const [sale, later] = [opNo(1), { opId: opNo(4), successorId: cardNo(0x701) }];
    const legs = [{ cardId: cardNo(1), amount: amount(40), refunded: zero }];
    const kept = { opId: sale, programId: gold.programId, unit: gold.unit, acceptor: shop, legs };
    const operation = { ...kept, refundableUntilMs: t0 + 90 * dayMs, version: 1 };
    const sums = { ...giftCard(1).sums, writtenOff: amount(40) };
    const before: Given = { program: gold, cards: [giftCard(1, { balance: amount(60), sums })] };
    const once = onward(before, given(before).when(replace()).accepted().after);
    const only = { program: gold, cards: [cardOf(once, 0x700)] };
    const twice = onward(once, given(only).when(replace(later)).accepted().after);
    const there: Given = { ...twice, program: gold, operations: [operation] };
    const { event, after } = given(there).when(refund(15)).accepted();
    expect(event).toMatchObject({
      passed: [cardNo(1), cardNo(0x700)],
      cards: [{ cardId: cardNo(0x701), amount: 15n }],
    });
    expect(after.operations).toMatchObject([{ version: 2, legs: [{ refunded: 15n }] }]);
    expect(gaugeOf(onward(there, after))).toBe(0n);
  });

  it("is CANCELLED is refused", () => {
    const before = sold();
    const gone = onward(before, given(before).when(cancel()).accepted().after);
    expect(cardOf(gone).sums.cancelled).toBe(60n);
    expect(given(gone).when(refund(1)).refused()).toEqual({ code: "CARD_CANCELLED" });
  });
});

describe("a second refund", () => {
  it("never gives back more than was taken, and moves nothing", () => {
    const before = sold();
    const back = onward(before, given(before).when(refund(40)).accepted().after);
    const again = given(back).when(refund(1, { opId: opNo(5) }));
    expect(again.refused()).toEqual({ code: "REFUND_EXCEEDS_CAPTURE", refundable: 0n });
  });
});

describe("expiry", () => {
  it("takes what is available, at its time and not before", () => {
    const before: Given = { program: gold, cards: [giftCard(1, { expiresAtMs: t0 + dayMs })] };
    expect(expireDue(situation(before), t0 + dayMs - 1)).toBeNull();
    expect(expireDue(situation(before), t0 + dayMs)).toMatchObject({
      type: "CardsExpired",
      atMs: t0 + dayMs,
      opId: null,
      actor: gold.issuer,
      cards: [{ cardId: cardNo(1), version: 3, amount: 100n, balance: 0n, held: 0n }],
    });
  });

  it("leaves what a hold keeps until the hold ends", () => {
    const card = giftCard(1, { expiresAtMs: t0 + dayMs, held: amount(30) });
    const lapsed = due({ program: gold, cards: [card] }, t0 + dayMs);
    expect(cardOf(lapsed)).toMatchObject({ balance: 30n, held: 30n, sums: { expired: 70n } });
    expect(gaugeOf(lapsed)).toBe(0n);
  });

  it("is not brought about twice, nor for a card of another program", () => {
    const card = giftCard(1, { expiresAtMs: t0 + dayMs });
    const lapsed = due({ program: gold, cards: [card] }, t0 + dayMs);
    expect(expireDue(situation(lapsed), t0 + 2 * dayMs)).toBeNull();
    expect(expireDue(situation({ program: points, cards: [card] }), t0 + dayMs)).toBeNull();
  });

  it("bears the time of a card that has seen a later one than the clock", () => {
    const card = giftCard(1, { expiresAtMs: t0 + dayMs, lastAtMs: t0 + 3 * dayMs });
    const event = expireDue(situation({ program: gold, cards: [card] }), t0 + dayMs);
    expect(event?.atMs).toBe(t0 + 3 * dayMs);
  });
});

describe("an expiry that nobody has said", () => {
  it("comes first also where only another card of the event has seen so late a time", () => {
    const early = lot(1, 5, { expiresAtMs: t0 + dayMs });
    const late = lot(2, 5, { lastAtMs: t0 + dayMs });
    const event = expireDue(situation({ program: points, cards: [early, late] }), t0 + 1);
    expect(event).toMatchObject({ atMs: t0 + dayMs, cards: [{ cardId: early.cardId }] });
  });
});

describe("replacing", () => {
  const full = giftCard(1, {
    binding: { kind: "BOUND", holder: mia },
    dailySpend: { day: 0, amount: amount(3) },
    expiresAtMs: t0 + 5 * dayMs,
  });

  it("moves value, binding, refundables and the day's spending to a card that inherits the rest", () => {
    const before: Given = { program: gold, cards: [full] };
    const { after } = given(before)
      .when(replace({ expiresAtMs: t0 + 9 * dayMs }))
      .accepted();
    const [old, fresh] = after.cards;
    expect(old).toMatchObject({
      standing: { status: "REPLACED", successor: cardNo(0x700) },
      binding: { kind: "UNBOUND" },
      balance: 0n,
      refundables: [],
      dailySpend: null,
      sums: { movedOut: 100n },
    });
    expect(fresh).toEqual({
      ...full,
      cardId: cardNo(0x700),
      generatedAtMs: t0 + 1000,
      expiresAtMs: t0 + 9 * dayMs,
      sums: { ...full.sums, loaded: zero, movedIn: amount(100) },
      version: 1,
      lastAtMs: t0 + 1000,
    });
  });

  it("needs a successor that is new and not expired at birth", () => {
    const there: Given = { program: gold, cards: [full, giftCard(0x700)] };
    expect(given(there).when(replace()).refused()).toEqual({ code: "CARD_ALREADY_EXISTS" });
    const late = given({ program: gold, cards: [full] }).when(replace({ expiresAtMs: t0 + 1000 }));
    expect(late.refused()).toEqual({ code: "CARD_EXPIRED" });
  });

  it("waits for open holds, as cancelling does", () => {
    const before: Given = { program: gold, cards: [giftCard(1, { held: amount(1) })] };
    expect(given(before).when(replace()).refused()).toEqual({ code: "CARD_HELD" });
    expect(given(before).when(cancel()).refused()).toEqual({ code: "CARD_HELD" });
  });
});

describe("the reason that is the ledger's alone", () => {
  const reason = "LEDGER_REJECTED";
  for (const command of [suspend({ reason }), cancel({ reason }), adjust(1, { reason })])
    it(`is never given: ${command.type}`, () => {
      const before: Given = { program: gold, cards: [giftCard(1)] };
      expect(given(before).when(command).refused()).toEqual({ code: "REASON_NOT_ALLOWED" });
    });
});

describe("loads and corrections", () => {
  const limited = { ...gold, balanceMax: amount(150) };

  it("stop where the program says", () => {
    const before: Given = { program: limited, cards: [giftCard(1)] };
    given(before).when(load(50)).accepted();
    for (const command of [load(51), adjust(51)])
      expect(given(before).when(command).refused()).toMatchObject({
        code: "BALANCE_EXCEEDS_LIMIT",
        limit: "balanceMax",
      });
  });

  it("are not for points, which come in lots of their own", () => {
    const outcome = given({ program: points, cards: [lot(1, 5)] }).when(load(1));
    expect(outcome.refused()).toEqual({ code: "PROGRAM_KIND_MISMATCH" });
  });

  it("never take more than is available", () => {
    const before: Given = { program: gold, cards: [giftCard(1, { held: amount(30) })] };
    const outcome = given(before).when(adjust(71, { direction: "DEBIT" }));
    expect(outcome.refused()).toEqual({ code: "BALANCE_INSUFFICIENT", available: 70n });
    const { after } = given(before)
      .when(adjust(70, { direction: "DEBIT" }))
      .accepted();
    expect(first(after.cards)).toMatchObject({ balance: 30n, sums: { adjusted: -70n } });
  });

  it("bring a redeemed card back, and take the last unit of an active one", () => {
    const empty = onward(
      { program: gold, cards: [giftCard(1)] },
      given({ program: gold, cards: [giftCard(1)] })
        .when(adjust(100, { direction: "DEBIT" }))
        .accepted().after,
    );
    expect(cardOf(empty).standing.status).toBe("REDEEMED");
    const { after } = given(empty).when(load(5)).accepted();
    expect(first(after.cards).standing.status).toBe("ACTIVE");
  });

  it("keep a suspended card suspended; resuming it asks what is left", () => {
    const before: Given = { program: gold, cards: [giftCard(1)] };
    const stopped = onward(before, given(before).when(suspend()).accepted().after);
    const taken = given(stopped)
      .when(adjust(100, { direction: "DEBIT" }))
      .accepted().after;
    expect(first(taken.cards).standing.status).toBe("SUSPENDED");
    const { after } = given(onward(stopped, taken)).when(resume()).accepted();
    expect(first(after.cards).standing.status).toBe("REDEEMED");
  });
});

describe("write-offs that no card keeps", () => {
  it("close with their refund window, not before, and leave the sums with the cards", () => {
    const sale = { program: points, cards: [lot(1, 10), lot(2, 10)] };
    const after = onward(sale, given(sale).when(walletWriteOff(15)).accepted().after);
    const endMs = first(after.operations ?? []).refundableUntilMs;
    expect(closeDue(situation(after), endMs - 1)).toBeNull();
    const event = closeDue(situation(after), endMs);
    expect(event).toMatchObject({ operations: [opNo(1)], opId: null });
    if (event === null) return;
    const closed = onward(after, evolve(situation(after), event));
    expect(closed.operations).toEqual([]);
    expect(closed.cards).toEqual(after.cards);
    const late = given(closed).when(refund(1, { nowMs: endMs }));
    expect(late.refused()).toEqual({ code: "WRITE_OFF_NOT_FOUND" });
  });

  it("are refunded like those a card keeps", () => {
    let now: Given = { program: gold, cards: [giftCard(1)] };
    for (let n = 1; n <= refundableInlineMax + 3; n += 1)
      now = onward(
        now,
        given(now)
          .when(writeOff(2, { opId: opNo(n) }))
          .accepted().after,
      );
    expect(now.operations?.map(({ opId }) => opId)).toEqual([opNo(1), opNo(2), opNo(3)]);
    const command = refund(2, { opId: opNo(50), writeOffId: opNo(2) });
    const back = onward(now, given(now).when(command).accepted().after);
    expect(cardOf(back).balance).toBe(100n - 2n * BigInt(refundableInlineMax + 3) + 2n);
    const again = given(back).when({ ...command, opId: opNo(51) });
    expect(again.refused()).toEqual({ code: "REFUND_EXCEEDS_CAPTURE", refundable: 0n });
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isLawful,
  lawGauge,
  leavesOf,
  noTotals,
  addTotals,
  sumsDelta,
  type Card,
  type DomainEvent,
  type Operation,
} from "../src/index.ts";
import { anyHistory, live, Run } from "./stage/histories.ts";
import { World } from "./stage/world.ts";

const runs = { numRuns: 100 };

/** Laws 1 and 2, for one card. */
const isSound = (card: Card): boolean =>
  isLawful(card) &&
  lawGauge(sumsDelta(undefined, card)) === 0n &&
  card.held >= 0n &&
  card.held <= card.balance;

/** Law 5, for each write-off a card keeps. What a replaced card sold is refunded to its successor, so it says nothing of one card's sums. */
const isRefundedWithin = (card: Card): boolean =>
  card.refundables.every((one) => one.refunded <= one.amount);

/** The cards that an event moves on; a refund only passes those that were replaced. */
const changes = (event: DomainEvent) => {
  const passed = event.type === "CardRefunded" ? event.passed : [];
  return leavesOf(event).cards.filter((cardId) => !passed.includes(cardId));
};

const sumOf = (operation: Operation) => ({
  back: operation.legs.reduce((sum, leg) => sum + leg.refunded, 0n),
  whole: operation.legs.reduce((sum, leg) => sum + leg.amount, 0n),
});

describe("the laws, over random histories", () => {
  it("1 and 2: the gauge is 0 per card and in total after every move; 0 ≤ held ≤ balance", () => {
    fc.assert(
      fc.property(anyHistory(), (history) => {
        const run = new Run();
        for (const move of history) {
          run.move(move);
          expect(lawGauge(run.world.totals)).toBe(0n);
          expect([...run.world.cards.values()].filter((card) => !isSound(card))).toEqual([]);
        }
        const anew = [...run.world.cards.values()]
          .map((card) => sumsDelta(undefined, card))
          .reduce(addTotals, noTotals);
        expect(run.world.totals).toEqual(anew);
      }),
      runs,
    );
  });

  it("3: replaying the events, judged by the leaves they name, gives the same world", () => {
    fc.assert(
      fc.property(anyHistory(), (history) => {
        const { world } = live(history);
        const ledger = new World();
        for (const event of world.events) expect(ledger.submit(event)).toBeNull();
        expect(ledger.cards).toEqual(world.cards);
        expect(ledger.operations).toEqual(world.operations);
        expect(ledger.batches).toEqual(world.batches);
        expect(ledger.totals).toEqual(world.totals);
      }),
      runs,
    );
  });

  it("3: a card's version is the number of events that name it, its time that of the last", () => {
    fc.assert(
      fc.property(anyHistory(), (history) => {
        const { world } = live(history);
        for (const card of world.cards.values()) {
          const own = world.events.filter((event) => changes(event).includes(card.cardId));
          expect(card.version).toBe(own.length);
          expect(card.lastAtMs).toBe(own.at(-1)?.atMs);
          const times = own.map((event) => event.atMs);
          expect(times).toEqual(times.toSorted((a, b) => a - b));
        }
      }),
      runs,
    );
  });

  it("4: an event that took effect never does so again", () => {
    fc.assert(
      fc.property(anyHistory(), (history) => {
        const { world } = live(history);
        for (const event of world.events) expect(world.refusalOf(event)).not.toBeNull();
      }),
      runs,
    );
  });

  it("5: no write-off is refunded beyond itself, on cards or in operations", () => {
    fc.assert(
      fc.property(anyHistory(), (history) => {
        const { world } = live(history);
        const cards = [...world.cards.values()];
        expect(cards.filter((card) => !isRefundedWithin(card))).toEqual([]);
        for (const operation of world.operations.values()) {
          const { back, whole } = sumOf(operation);
          expect(back <= whole).toBe(true);
          for (const leg of operation.legs) expect(leg.refunded <= leg.amount).toBe(true);
        }
      }),
      runs,
    );
  });
});

describe("the histories themselves", () => {
  const runs = fc.sample(anyHistory(), { numRuns: 250, seed: 7 }).map((history) => live(history));
  const decisions = runs.flatMap((run) => run.decisions);

  it("contain every event, sales over several lots and their refunds among them", () => {
    const events = runs.flatMap((run) => run.world.events);
    const types = new Set<string>(events.map((event) => event.type));
    for (const event of events) {
      if (event.type !== "CardWrittenOff" && event.type !== "CardRefunded") continue;
      if (event.cards.length > 1) types.add(`${event.type} over lots`);
      if ("passed" in event && event.passed.length > 0)
        types.add(`${event.type} past a replaced card`);
    }
    expect([...types].sort()).toEqual([
      "BatchCreated",
      "CardAdjusted",
      "CardBound",
      "CardCancelled",
      "CardLoaded",
      "CardRefunded",
      "CardRefunded over lots",
      "CardRefunded past a replaced card",
      "CardReplaced",
      "CardResumed",
      "CardSuspended",
      "CardTransferred",
      "CardUnbound",
      "CardWrittenOff",
      "CardWrittenOff over lots",
      "CardsAcquired",
      "CardsDistributed",
      "CardsExpired",
      "CardsGenerated",
      "OperationsClosed",
      "ParticipantRegistered",
      "PointsGranted",
      "ProgramChanged",
      "ProgramCreated",
    ]);
  });

  it("contain the refusals that matter", () => {
    const codes = new Set(
      decisions.flatMap((each) => (each.kind === "REFUSED" ? [each.refusal.code] : [])),
    );
    expect([...codes]).toEqual(
      expect.arrayContaining([
        "ACCEPTOR_NOT_ALLOWED",
        "BALANCE_INSUFFICIENT",
        "BATCH_COUNT_EXCEEDED",
        "CARD_ALREADY_BOUND",
        "CARD_BOUND_TO_OTHER",
        "CARD_EXPIRED",
        "CARD_NOT_ACTIVE",
        "CARD_STEP_TAKEN",
        "OPERATION_ALREADY_EXISTS",
        "REFUND_EXCEEDS_CAPTURE",
        "REFUND_WINDOW_CLOSED",
      ]),
    );
  });
});

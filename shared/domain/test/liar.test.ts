import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  amount,
  amountMax,
  type Amount,
  type DomainEvent,
  type Effect,
  type RefusalCode,
} from "../src/index.ts";
import { batchNo, cardNo, dayMs, kiosk, opNo, points, south, t0 } from "./stage/fixtures.ts";
import { anyHistory, live } from "./stage/histories.ts";
import { World } from "./stage/world.ts";

/** One lie about an event: the event with it, or `null` where it would be none. */
type Lie = (event: DomainEvent) => DomainEvent | null;

/** Another amount: off by one, the other way where that would leave the range. */
function off(value: Amount, by: bigint): Amount {
  const other = value + by;
  return amount(other < 0n || other > amountMax ? value - by : other);
}

/** Lies about the one line that every event of cards has somewhere. */
function onEffect(change: (effect: Effect) => Partial<Effect>): Lie {
  return (event) => {
    switch (event.type) {
      case "CardBound":
      case "CardUnbound":
      case "CardTransferred":
      case "CardLoaded":
      case "CardAdjusted":
      case "CardSuspended":
      case "CardResumed":
      case "CardReplaced":
      case "CardCancelled":
        return { ...event, card: { ...event.card, ...change(event.card) } };
      case "PointsGranted":
        return { ...event, lot: { ...event.lot, ...change(event.lot) } };
      case "CardWrittenOff":
      case "CardRefunded":
      case "CardsExpired": {
        const [last, ...rest] = event.cards.toReversed();
        if (last === undefined) return null;
        return { ...event, cards: [...rest.toReversed(), { ...last, ...change(last) }] };
      }
      case "CardsGenerated":
      case "CardsAcquired":
      case "CardsDistributed": {
        const [line, ...rest] = event.cards;
        if (line === undefined) return null;
        const { cardId, version, ...each } = {
          ...line,
          ...event.each,
          ...change({ ...line, ...event.each }),
        };
        return { ...event, cards: [{ cardId, version }, ...rest], each };
      }
      case "ProgramCreated":
      case "ProgramChanged":
      case "BatchCreated":
      case "ParticipantRegistered":
      case "CardReconciled":
      case "EpochOpened":
      case "OperationsClosed":
        return null;
    }
  };
}

/** Lies about the cards of an event that names a list of them. */
function onCards(change: <T>(cards: readonly T[]) => readonly T[] | null): Lie {
  return (event) => {
    if (!("cards" in event)) return null;
    switch (event.type) {
      case "CardWrittenOff":
      case "CardRefunded":
      case "CardsExpired": {
        const cards = change(event.cards);
        return cards === null ? null : { ...event, cards };
      }
      case "CardsGenerated":
      case "CardsAcquired":
      case "CardsDistributed": {
        const cards = change(event.cards);
        return cards === null ? null : { ...event, cards };
      }
    }
  };
}

/** Cards of two lines change places; their amounts stay where they are. */
const swapped: Lie = (event) => {
  if (event.type !== "CardWrittenOff" && event.type !== "CardRefunded") return null;
  const [a, b, ...rest] = event.cards;
  if (a === undefined || b === undefined) return null;
  return { ...event, cards: [{ ...a, cardId: b.cardId }, { ...b, cardId: a.cardId }, ...rest] };
};

/** An event with more than one lot says less, or says it in another order, than the rule does. */
const severalLots =
  (change: (cards: readonly Effect[]) => readonly Effect[]): Lie =>
  (event) => {
    const several = event.type === "CardWrittenOff" || event.type === "CardRefunded";
    return several && event.cards.length > 1 ? { ...event, cards: change(event.cards) } : null;
  };

const lies: Record<string, Lie> = {
  "more moved": onEffect((effect) => ({ amount: off(effect.amount, 1n) })),
  "less moved": onEffect((effect) => ({ amount: off(effect.amount, -1n) })),
  "balance too high": onEffect((effect) => ({ balance: off(effect.balance, 1n) })),
  "balance too low": onEffect((effect) => ({ balance: off(effect.balance, -1n) })),
  "something held": onEffect((effect) => ({ held: off(effect.held, 1n) })),
  "version skipped": onEffect((effect) => ({ version: effect.version + 1 })),
  "version repeated": onEffect((effect) => ({ version: effect.version - 1 })),
  "another card": onEffect(() => ({ cardId: cardNo(0xffff), version: 2 })),
  // A program may be changed before its first version rules.
  "time before everything": (event) =>
    event.type === "ProgramChanged" ? null : { ...event, atMs: t0 - 1 },
  "time no calendar has": (event) => ({ ...event, atMs: Number.MAX_SAFE_INTEGER }),
  "half a millisecond": (event) => ({ ...event, atMs: event.atMs + 0.5 }),
  "another program version": (event) =>
    "programVersion" in event ? { ...event, programVersion: event.programVersion + 1 } : null,
  "an unknown program": (event) =>
    "programId" in event ? { ...event, programId: "none" as typeof points.programId } : null,
  "no cards": onCards(() => []),
  "a card twice": onCards(([one, ...rest]) => (one === undefined ? null : [one, one, ...rest])),
  "cards swapped": swapped,
  "lots in another order": severalLots((cards) => cards.toReversed()),
  "a unit from the first lot taken from the last": severalLots(([one, ...rest]) => {
    const last = rest.pop();
    if (one === undefined || last === undefined) return [];
    const less = { ...one, amount: off(one.amount, -1n), balance: off(one.balance, 1n) };
    const more = { ...last, amount: off(last.amount, 1n), balance: off(last.balance, -1n) };
    return [less, ...rest, more];
  }),
  "another batch": (event) => ("batchId" in event ? { ...event, batchId: batchNo(99) } : null),
  "another face value": (event) =>
    event.type === "CardsGenerated" ? { ...event, faceValue: off(event.faceValue, 1n) } : null,
  "another expiry": (event) =>
    event.type === "CardsGenerated" ? { ...event, expiresAtMs: event.atMs + 1 } : null,
  "another unit": (event) =>
    event.type === "CardsGenerated"
      ? { ...event, unit: points.unit }
      : event.type === "PointsGranted"
        ? { ...event, unit: "XXX" as typeof event.unit }
        : null,
  "another issuer": (event) => ("issuer" in event ? { ...event, issuer: kiosk } : null),
  "a refund to another acceptor": (event) =>
    event.type === "CardRefunded" ? { ...event, acceptor: south } : null,
  "a load that a correction is": (event) =>
    event.type === "CardAdjusted" && event.direction === "DEBIT"
      ? { ...event, direction: "CREDIT" }
      : null,
  "a successor worth more": (event) =>
    event.type === "CardReplaced"
      ? {
          ...event,
          successor: {
            ...event.successor,
            amount: off(event.successor.amount, 1n),
            balance: off(event.successor.balance, 1n),
          },
        }
      : null,
  "a successor that is there already": (event) =>
    event.type === "CardReplaced"
      ? { ...event, successor: { ...event.successor, cardId: event.card.cardId } }
      : null,
  "a successor expired at birth": (event) =>
    event.type === "CardReplaced" ? { ...event, expiresAtMs: event.atMs } : null,
  "an expiry before its time": (event) =>
    event.type === "CardsExpired" ? { ...event, atMs: event.atMs - 500 * dayMs } : null,
  "an operation that nobody knows": (event) =>
    event.type === "OperationsClosed"
      ? { ...event, operations: [...event.operations, opNo(0xffff)] }
      : null,
  "an operation closed twice": (event) =>
    event.type === "OperationsClosed"
      ? { ...event, operations: [...event.operations, ...event.operations] }
      : null,
  "an operation closed before its window": (event) =>
    event.type === "OperationsClosed" ? { ...event, atMs: event.atMs - 500 * dayMs } : null,
  "a refund past cards it does not pass": (event) =>
    event.type === "CardRefunded" ? { ...event, passed: [...event.passed, cardNo(1)] } : null,
  "a program of another unit": (event) =>
    event.type === "ProgramChanged"
      ? { ...event, program: { ...event.program, unit: "XXX" as typeof event.program.unit } }
      : null,
  "a program version skipped": (event) =>
    event.type === "ProgramChanged"
      ? { ...event, program: { ...event.program, version: event.program.version + 1 } }
      : null,
  "a program that rules before it is made": (event) =>
    event.type === "ProgramChanged"
      ? { ...event, program: { ...event.program, effectiveFromMs: event.atMs - 1 } }
      : null,
  "a batch half generated": (event) =>
    event.type === "BatchCreated" ? { ...event, batch: { ...event.batch, generated: 1 } } : null,
  "a program that was always there": (event) =>
    event.type === "ProgramCreated"
      ? { ...event, program: { ...event.program, effectiveFromMs: 0 } }
      : null,
  "a participant of old": (event) =>
    event.type === "ParticipantRegistered"
      ? { ...event, participant: { ...event.participant, registeredAtMs: 0 } }
      : null,
};

const worlds = fc
  .sample(anyHistory(), { numRuns: 60, seed: 3 })
  .map((history) => live(history).world);

/** Tells a lie about each event of random histories just before its time; says how it was refused. */
function tell(lie: Lie): Map<RefusalCode | "ADMITTED", number> {
  const answers = new Map<RefusalCode | "ADMITTED", number>();
  for (const { events } of worlds) {
    const judge = new World();
    for (const event of events) {
      const told = lie(event);
      if (told !== null) {
        const answer = judge.refusalOf(told)?.code ?? "ADMITTED";
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
      }
      judge.submit(event);
    }
  }
  return answers;
}

describe("an event that lies is refused", () => {
  for (const [name, lie] of Object.entries(lies))
    it(`when it says: ${name}`, () => {
      const answers = tell(lie);
      expect(answers.size).toBeGreaterThan(0);
      expect(answers.get("ADMITTED") ?? 0).toBe(0);
    });
});

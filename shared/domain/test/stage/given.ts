import { expect } from "vitest";
import {
  admit,
  decide,
  evolve,
  type Card,
  type Command,
  type Consequence,
  type DomainEvent,
  type LeftOut,
  type Operation,
  type Refusal,
  type Situation,
} from "../../src/index.ts";

/** What tests state of a situation; the rest is not there. */
export interface Given extends Partial<Omit<Situation, "cards" | "operations">> {
  readonly cards?: readonly Card[];
  readonly operations?: readonly Operation[];
}

/** What came of a command, read one way or the other; the wrong way fails the test. */
export interface Outcome {
  readonly leftOut: readonly LeftOut[];
  /** The refusal. */
  refused(): Refusal;
  /** The event, already admitted, and what it leaves behind. */
  accepted(): { readonly event: DomainEvent; readonly after: Consequence };
}

export function situation(given: Given): Situation {
  const cards = new Map((given.cards ?? []).map((card) => [card.cardId, card]));
  const operations = new Map((given.operations ?? []).map((one) => [one.opId, one]));
  return {
    program: null,
    batch: null,
    participant: null,
    stream: null,
    ...given,
    cards,
    operations,
  };
}

/** `given(what is there).when(command)` decides, admits and evolves. */
export function given(what: Given) {
  const before = situation(what);
  return {
    when(command: Command): Outcome {
      const decision = decide(before, command);
      return {
        leftOut: decision.leftOut,
        refused() {
          if (decision.kind !== "REFUSED")
            return expect.fail(`accepted ${decision.event.type}, expected a refusal`);
          return decision.refusal;
        },
        accepted() {
          if (decision.kind !== "ACCEPTED")
            return expect.fail(`refused: ${decision.refusal.code}, expected an event`);
          const { event } = decision;
          expect(admit(before, event)).toBeNull();
          return { event, after: evolve(before, event) };
        },
      };
    },
  };
}

/** The situation after a consequence, to go on from. */
export function onward(before: Given, after: Consequence): Given {
  const cards = new Map((before.cards ?? []).map((card) => [card.cardId, card]));
  for (const card of after.cards) cards.set(card.cardId, card);
  const operations = new Map((before.operations ?? []).map((one) => [one.opId, one]));
  for (const one of after.operations) operations.set(one.opId, one);
  for (const opId of after.closed) operations.delete(opId);
  const { program, batch } = after;
  return {
    program: program ?? before.program ?? null,
    batch: batch ?? before.batch ?? null,
    operations: [...operations.values()],
    cards: [...cards.values()],
  };
}

/** The first of a list that must not be empty. */
export function first<T>(list: readonly T[]): T {
  const [one] = list;
  return one === undefined ? expect.fail("expected at least one") : one;
}

import type { Card, Consequence, OpId, Operation, Program, Situation } from "@scrip/domain";

const noOperations: ReadonlyMap<OpId, Operation> = new Map();

/** A situation of some cards under one program version; what is not named does not matter to the rule. */
export function situationOf(
  program: Program | null,
  cards: readonly Card[],
  more: Partial<Situation> = {},
): Situation {
  const byId = new Map(cards.map((card) => [card.cardId, card]));
  const nothing = { batch: null, participant: null, operations: noOperations, stream: null };
  return { program, ...nothing, ...more, cards: byId };
}

/** The situation after an event. */
export function after(situation: Situation, consequence: Consequence): Situation {
  const cards = new Map(situation.cards);
  for (const card of consequence.cards) cards.set(card.cardId, card);
  const operations = new Map(situation.operations);
  for (const operation of consequence.operations) operations.set(operation.opId, operation);
  return { ...situation, cards, operations };
}

import type { Card, Program, Situation } from "@scrip/domain";

/** A situation of some cards under one program version; what is not named does not matter to the rule. */
export function situationOf(
  program: Program | null,
  cards: readonly Card[],
  more: Partial<Situation> = {},
): Situation {
  const byId = new Map(cards.map((card) => [card.cardId, card]));
  return { program, batch: null, participant: null, operation: null, ...more, cards: byId };
}

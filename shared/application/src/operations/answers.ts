import type { Card, CardWrittenOff, CardRefunded, Unit } from "@scrip/domain";
import { amountMax, available } from "@scrip/domain";
import type { Balances } from "@scrip/wire";
import { formatCardId } from "@scrip/wire";

/** A sum of amounts as it is answered: at most 2^53−1, which JSON still carries exactly. */
export const shown = (sum: bigint): number => Number(sum < amountMax ? sum : amountMax);

const total = (cards: readonly Card[], amountOf: (card: Card) => bigint): bigint =>
  cards.reduce((sum, card) => sum + amountOf(card), 0n);

/** What a card, or several together, hold. */
export const balancesOf = (cards: readonly Card[], unit: Unit): Balances => ({
  balance: shown(total(cards, (card) => card.balance)),
  held: shown(total(cards, (card) => card.held)),
  available: shown(total(cards, available)),
  unit,
});

/** The cards as they stand after an event that touched some of them, or brought some. */
export function afterwards(before: readonly Card[], touched: readonly Card[]): Card[] {
  const cards = new Map(before.map((card) => [card.cardId, card]));
  for (const card of touched) cards.set(card.cardId, card);
  return [...cards.values()];
}

/** The parts of a write-off or refund, by card. */
export const partsOf = (event: CardWrittenOff | CardRefunded) =>
  event.cards.map((effect) => ({
    cardId: formatCardId(effect.cardId),
    amount: Number(effect.amount),
  }));

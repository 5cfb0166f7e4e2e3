import type { Amount, Card, CardWrittenOff, CardRefunded, Unit } from "@scrip/domain";
import { available } from "@scrip/domain";
import type { Balances } from "@scrip/wire";
import { formatCardId } from "@scrip/wire";

/** What a card, or several together, hold after an operation. */
export function balancesOf(cards: readonly Card[], unit: Unit): Balances {
  const total = (pick: (card: Card) => bigint) =>
    Number(cards.reduce((sum, card) => sum + pick(card), 0n));
  return {
    balance: total((card) => card.balance),
    held: total((card) => card.held),
    available: total(available),
    unit,
  };
}

/** The parts of a write-off or refund, by card. */
export const partsOf = (event: CardWrittenOff | CardRefunded) =>
  event.cards.map((effect) => ({
    cardId: formatCardId(effect.cardId),
    amount: Number(effect.amount),
  }));

export const totalOf = (event: CardWrittenOff | CardRefunded): Amount =>
  event.cards.reduce((sum, effect) => sum + effect.amount, 0n) as Amount;

import { available, least, type Amount, type Card } from "@scrip/domain";
import type { CardState } from "@scrip/wire";

/** One card as both states have it; undefined where it is not known. */
export interface BothStates {
  readonly online: Card | undefined;
  readonly committed: CardState | undefined;
}

/** A card that can be used, by both states: the lesser of what they have. */
export interface UsableCard {
  readonly card: Card;
  readonly available: Amount;
}

/**
 * Whether a card can be used now, online and by the ledger. Both are always looked at, so that the reason for a no
 * shows in nothing.
 */
export function usableCard({ online, committed }: BothStates, nowMs: number): UsableCard | null {
  const usableOnline = isUsable(online, nowMs);
  const usableCommitted = isUsable(committed?.card, nowMs) && committed?.diverged === false;
  if (!usableOnline || !usableCommitted || online === undefined || committed === undefined)
    return null;
  return { card: committed.card, available: least(available(online), available(committed.card)) };
}

const isUsable = (card: Card | undefined, nowMs: number): boolean =>
  card?.standing.status === "ACTIVE" &&
  available(card) > 0n &&
  (card.expiresAtMs === null || nowMs < card.expiresAtMs);

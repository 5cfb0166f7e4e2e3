import { type Amount, least, minus, zero } from "../amount.ts";
import type { Leg, Refundable } from "../card.ts";
import type { Situation } from "../decision.ts";
import type { CardId, OpId, ParticipantId } from "../ids.ts";
import { dayMs } from "../limits.ts";
import type { Program } from "../program.ts";

/** A write-off as it may be refunded, whether its card keeps it or an operation does. */
export interface Refunding {
  readonly acceptor: ParticipantId;
  readonly refundableUntilMs: number;
  /** In the order drawn. */
  readonly legs: readonly Leg[];
}

/** What goes back to one card, or to whatever card has taken its place. */
export interface Credit {
  /** The card it was drawn from, as the write-off knows it. */
  readonly drawnFrom: CardId;
  readonly cardId: CardId;
  readonly amount: Amount;
}

/** The refundables whose window is open at that time. */
export function openAt(refundables: readonly Refundable[], atMs: number): readonly Refundable[] {
  const open = refundables.filter((one) => atMs < one.refundableUntilMs);
  return open.length === refundables.length ? refundables : open;
}

/** When the window of a write-off closes, milliseconds since the epoch. */
export const windowEndMs = (program: Program, atMs: number): number =>
  atMs + program.refundWindowDays * dayMs;

/** Finds the write-off: among the operations, or on the card that keeps it. */
export function findRefunding(situation: Situation, writeOffId: OpId): Refunding | null {
  const operation = situation.operations.get(writeOffId);
  if (operation !== undefined) return operation;
  for (const { cardId, refundables } of situation.cards.values()) {
    const own = refundables.find((one) => one.opId === writeOffId);
    if (own !== undefined) return { ...own, legs: [{ ...own, cardId }] };
  }
  return null;
}

/** What has not been given back yet. The sum of a write-off is an amount, so this is one. */
export const remaining = (refunding: Refunding): Amount =>
  refunding.legs.reduce((left, leg) => left + leg.amount - leg.refunded, 0n) as Amount;

/** Where a refund goes, and the replaced cards it passes on the way. */
export interface Route {
  readonly credits: readonly Credit[];
  readonly passed: readonly CardId[];
}

/** Where a refund of `total` goes: back to front, each lot up to what was drawn from it. */
export function routeOf({ cards }: Situation, refunding: Refunding, total: Amount): Route {
  const credits: Credit[] = [];
  const passed: CardId[] = [];
  let left = total;
  for (const leg of refunding.legs.toReversed()) {
    const amount = least(left, minus(leg.amount, leg.refunded));
    if (amount === zero) continue;
    const trail = successionOf(cards, leg.cardId);
    passed.push(...trail.slice(0, -1));
    credits.push({ drawnFrom: leg.cardId, cardId: trail.at(-1) ?? leg.cardId, amount });
    left = minus(left, amount);
  }
  return { credits, passed };
}

/** The card, then its successors as far as they are known, to the one that was not replaced. */
function successionOf(cards: Situation["cards"], from: CardId): readonly CardId[] {
  const trail = [from];
  for (let card = cards.get(from); card?.standing.status === "REPLACED";) {
    const { successor } = card.standing;
    trail.push(successor);
    card = cards.get(successor);
  }
  return trail;
}

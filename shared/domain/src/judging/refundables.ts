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

/** What goes back to one card. */
export interface Credit {
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

/** Finds the write-off: an operation if it went over several lots, else on the card it was drawn from. */
export function findRefunding(situation: Situation, writeOffId: OpId): Refunding | null {
  if (situation.operation?.opId === writeOffId) return situation.operation;
  for (const { cardId, refundables } of situation.cards.values()) {
    const own = refundables.find((one) => one.opId === writeOffId);
    if (own !== undefined) return { ...own, legs: [{ ...own, cardId }] };
  }
  return null;
}

/** What has not been given back yet. The sum of a write-off is an amount, so this is one. */
export const remaining = (refunding: Refunding): Amount =>
  refunding.legs.reduce((left, leg) => left + leg.amount - leg.refunded, 0n) as Amount;

/** Where a refund of `total` goes: back to front, each lot up to what was drawn from it. */
export function creditsOf(refunding: Refunding, total: Amount): readonly Credit[] {
  const credits: Credit[] = [];
  let left = total;
  for (const leg of refunding.legs.toReversed()) {
    const amount = least(left, minus(leg.amount, leg.refunded));
    if (amount === zero) continue;
    credits.push({ cardId: leg.cardId, amount });
    left = minus(left, amount);
  }
  return credits;
}

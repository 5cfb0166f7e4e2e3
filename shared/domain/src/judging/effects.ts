import { zero } from "../amount.ts";
import type { Card, Sums } from "../card.ts";
import type { Situation } from "../decision.ts";
import type { Effect } from "../events.ts";
import type { ProgramId } from "../ids.ts";
import type { Refusal } from "../refusals.ts";
import { openAt } from "./refundables.ts";

/** Sums of a card that nothing has happened to. */
export const noSums: Sums = {
  loaded: zero,
  adjusted: 0n,
  movedIn: zero,
  movedOut: zero,
  writtenOff: zero,
  refunded: zero,
  expired: zero,
  cancelled: zero,
};

/** The one card a command is about. */
export function onlyCard(situation: Situation): Card | null {
  const [card, another] = situation.cards.values();
  return card === undefined || another !== undefined ? null : card;
}

/** The earliest time an event may bear: the clock, or later where what it touches has seen later. */
export function notBefore(
  nowMs: number,
  touched: Iterable<Card>,
  ...floorsMs: readonly number[]
): number {
  let atMs = Math.max(nowMs, ...floorsMs);
  for (const card of touched) atMs = Math.max(atMs, card.lastAtMs);
  return atMs;
}

/** What one line of an event claims about a card, and under which terms and when. */
export interface Claim {
  readonly programId: ProgramId;
  readonly atMs: number;
  /** The card's version after the event. */
  readonly version: number;
}

/**
 * Whether a claimed step follows the card as it stands: known, of the event's program, the next
 * version, time not going back.
 */
export function followRefusal(card: Card | undefined, claim: Claim): Refusal | null {
  if (card === undefined) return { code: "CARD_NOT_FOUND" };
  if (card.programId !== claim.programId) return { code: "PROGRAM_VERSION_WRONG" };
  if (claim.version !== card.version + 1) return { code: "VERSION_GAP" };
  if (claim.atMs < card.lastAtMs) return { code: "TIME_WENT_BACK" };
  return null;
}

/** Whether the amounts after are those that follow from the card before. */
export function afterRefusal(
  after: Pick<Effect, "balance" | "held">,
  balance: bigint,
  held: bigint,
): Refusal | null {
  return after.balance === balance && after.held === held ? null : { code: "AFTER_AMOUNTS_WRONG" };
}

/** Whether a card that an event brings is new, and at its first version. */
export function newRefusal(
  { cards }: Situation,
  { cardId, version }: Pick<Effect, "cardId" | "version">,
): Refusal | null {
  if (cards.has(cardId)) return { code: "CARD_ALREADY_EXISTS" };
  return version === 1 ? null : { code: "VERSION_GAP" };
}

/** A step that moves value moves some. */
export const someRefusal = ({ amount }: Pick<Effect, "amount">): Refusal | null =>
  amount === zero ? { code: "AMOUNT_INVALID" } : null;

/** What an event moves in all; of a lawful event no more than an amount. */
export const sumOf = (effects: readonly Pick<Effect, "amount">[]): bigint =>
  effects.reduce((sum, { amount }) => sum + amount, 0n);

/** What an event says of a card whose value moves to `balance`. */
export function effectOn(card: Card, amount: Card["balance"], balance: Card["balance"]): Effect {
  return { cardId: card.cardId, version: card.version + 1, amount, balance, held: card.held };
}

/** The card after one more event: refundables whose window has closed by then are gone. */
export function touch(card: Card, atMs: number, change: Partial<Card>): Card {
  return {
    ...card,
    refundables: openAt(card.refundables, atMs),
    ...change,
    version: card.version + 1,
    lastAtMs: atMs,
  };
}

/** True when no id stands twice. */
export const distinct = (ids: readonly string[]): boolean => new Set(ids).size === ids.length;

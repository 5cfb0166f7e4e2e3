import { type Amount, least, minus, zero } from "../amount.ts";
import { available, type Card } from "../card.ts";
import { amountMax, lotsPerWriteOffMax } from "../limits.ts";
import { useRefusal } from "./standing.ts";

/** What one lot gives. */
export interface Draw {
  readonly card: Card;
  readonly amount: Amount;
}

/** What a write-off would take from its cards, and when. */
export interface Drawing {
  readonly atMs: number;
  /** What the cards that may be drawn can give, at most 2^53−1. */
  readonly available: Amount;
  readonly draws: readonly Draw[];
}

/**
 * What one write-off could draw from the cards of one tender at that time, at most 2^53−1: what is held, expired or
 * blocked is not in it, nor what more than `lotsPerWriteOffMax` lots have. How much a program lets be spent at once or
 * in a day, and where, says nothing about the value there is.
 */
export const drawable = (cards: readonly Card[], fromMs: number): Amount =>
  draw(cards, amountMax as Amount, fromMs).available;

/** The order in which lots are drawn: first to expire, then oldest, then by id. Negative: `a` first. */
export function drawOrder(a: Card, b: Card): number {
  const expiry = (card: Card) => card.expiresAtMs ?? Infinity;
  if (expiry(a) !== expiry(b)) return expiry(a) < expiry(b) ? -1 : 1;
  if (a.generatedAtMs !== b.generatedAtMs) return a.generatedAtMs - b.generatedAtMs;
  if (a.cardId === b.cardId) return 0;
  return a.cardId < b.cardId ? -1 : 1;
}

/**
 * Draws up to `wanted` from the cards that can be used, at most `lotsPerWriteOffMax` of them.
 * A drawn card that has seen a later time moves the event to that time; cards that expire by then
 * drop out and the draw is made again, so the loop ends: each turn is later than the one before.
 */
export function draw(cards: readonly Card[], wanted: Amount, fromMs: number): Drawing {
  const inOrder = cards.filter((card) => available(card) > zero).sort(drawOrder);
  let drawing = drawAt(inOrder, wanted, fromMs);
  for (;;) {
    const latestMs = Math.max(drawing.atMs, ...drawing.draws.map(({ card }) => card.lastAtMs));
    if (!(latestMs > drawing.atMs)) return drawing;
    drawing = drawAt(inOrder, wanted, latestMs);
  }
}

function drawAt(inOrder: readonly Card[], wanted: Amount, atMs: number): Drawing {
  const usable = inOrder
    .filter((card) => useRefusal(card, atMs) === null)
    .slice(0, lotsPerWriteOffMax);
  const draws: Draw[] = [];
  let left = wanted;
  let sum = 0n;
  for (const card of usable) {
    const amount = least(left, available(card));
    if (amount > zero) draws.push({ card, amount });
    left = minus(left, amount);
    sum += available(card);
  }
  return { atMs, available: (sum < amountMax ? sum : amountMax) as Amount, draws };
}

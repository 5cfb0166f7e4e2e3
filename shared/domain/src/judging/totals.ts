import { available, type Card } from "../card.ts";

/** What happened to the value of many cards, in minor units; signed, and beyond 2^53−1 if need be. */
export interface Totals {
  readonly loaded: bigint;
  readonly adjusted: bigint;
  readonly movedIn: bigint;
  readonly movedOut: bigint;
  readonly available: bigint;
  readonly held: bigint;
  readonly writtenOff: bigint;
  readonly refunded: bigint;
  readonly expired: bigint;
  readonly cancelled: bigint;
}

/** Totals of no card at all. */
export const noTotals: Totals = {
  loaded: 0n,
  adjusted: 0n,
  movedIn: 0n,
  movedOut: 0n,
  available: 0n,
  held: 0n,
  writtenOff: 0n,
  refunded: 0n,
  expired: 0n,
  cancelled: 0n,
};

const totalsOf = (card: Card): Totals => ({
  ...card.sums,
  available: available(card),
  held: card.held,
});

const combine = (a: Totals, b: Totals, sign: 1n | -1n): Totals => ({
  loaded: a.loaded + sign * b.loaded,
  adjusted: a.adjusted + sign * b.adjusted,
  movedIn: a.movedIn + sign * b.movedIn,
  movedOut: a.movedOut + sign * b.movedOut,
  available: a.available + sign * b.available,
  held: a.held + sign * b.held,
  writtenOff: a.writtenOff + sign * b.writtenOff,
  refunded: a.refunded + sign * b.refunded,
  expired: a.expired + sign * b.expired,
  cancelled: a.cancelled + sign * b.cancelled,
});

/** What a card's step adds to the totals; `before` is `undefined` for a card that is born. */
export const sumsDelta = (before: Card | undefined, after: Card): Totals =>
  before === undefined ? totalsOf(after) : combine(totalsOf(after), totalsOf(before), -1n);

/** Sum of two totals. */
export const addTotals = (a: Totals, b: Totals): Totals => combine(a, b, 1n);

/**
 * Law 1, left minus right; always 0:
 * loaded + adjusted + movedIn = available + held + writtenOff − refunded + expired + cancelled + movedOut.
 */
export function lawGauge(totals: Totals): bigint {
  const came = totals.loaded + totals.adjusted + totals.movedIn;
  const there = totals.available + totals.held;
  const used = totals.writtenOff - totals.refunded;
  return came - (there + used + totals.expired + totals.cancelled + totals.movedOut);
}

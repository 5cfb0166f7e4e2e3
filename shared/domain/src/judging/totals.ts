import { available, type Card, type Refundable } from "../card.ts";
import { amountMax } from "../limits.ts";

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

// Most events move two of the ten sums, and arithmetic on bigints that do not change costs as much as on those that do.
const change = (before: bigint, after: bigint): bigint => (before === after ? 0n : after - before);
const sum = (a: bigint, b: bigint): bigint => (b === 0n ? a : a + b);

/** What a card's step adds to the totals; `before` is `undefined` for a card that is born. */
export function sumsDelta(before: Card | undefined, after: Card): Totals {
  if (before === undefined) return totalsOf(after);
  const [was, is] = [before.sums, after.sums];
  return {
    loaded: change(was.loaded, is.loaded),
    adjusted: change(was.adjusted, is.adjusted),
    movedIn: change(was.movedIn, is.movedIn),
    movedOut: change(was.movedOut, is.movedOut),
    available: change(available(before), available(after)),
    held: change(before.held, after.held),
    writtenOff: change(was.writtenOff, is.writtenOff),
    refunded: change(was.refunded, is.refunded),
    expired: change(was.expired, is.expired),
    cancelled: change(was.cancelled, is.cancelled),
  };
}

/** Sum of two totals. */
export const addTotals = (a: Totals, b: Totals): Totals => ({
  loaded: sum(a.loaded, b.loaded),
  adjusted: sum(a.adjusted, b.adjusted),
  movedIn: sum(a.movedIn, b.movedIn),
  movedOut: sum(a.movedOut, b.movedOut),
  available: sum(a.available, b.available),
  held: sum(a.held, b.held),
  writtenOff: sum(a.writtenOff, b.writtenOff),
  refunded: sum(a.refunded, b.refunded),
  expired: sum(a.expired, b.expired),
  cancelled: sum(a.cancelled, b.cancelled),
});

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

const isAmount = (value: bigint): boolean => value >= 0n && value <= amountMax;

/**
 * Whether a card's amounts can be its own: law 1 holds for the card alone, what is held is part of the balance (law 2),
 * no refund is above its write-off (law 5), and every amount is one. A card that a store gives back otherwise is spoiled.
 */
export function isLawful({
  balance,
  held,
  faceValue,
  sums,
  refundables,
  dailySpend,
}: Card): boolean {
  const { loaded, adjusted, movedIn, movedOut, writtenOff, refunded, expired, cancelled } = sums;
  const came = sum(sum(loaded, adjusted), sum(movedIn, refunded));
  const went = sum(sum(writtenOff, movedOut), sum(expired, cancelled));
  return (
    came === sum(balance, went) &&
    isAmount(balance) &&
    held >= 0n &&
    held <= balance &&
    isAmount(faceValue) &&
    isAmount(loaded) &&
    isAmount(movedIn) &&
    isAmount(movedOut) &&
    isAmount(writtenOff) &&
    isAmount(refunded) &&
    isAmount(expired) &&
    isAmount(cancelled) &&
    refundables.every(isWithin) &&
    (dailySpend === null || isAmount(dailySpend.amount))
  );
}

const isWithin = ({ amount, refunded }: Refundable): boolean =>
  isAmount(amount) && refunded >= 0n && refunded <= amount;

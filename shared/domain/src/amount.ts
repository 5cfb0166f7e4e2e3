import { amountMax } from "./limits.ts";

declare const amountBrand: unique symbol;

/** Money or points: a whole number of minor units of one unit, 0 ≤ amount ≤ 2^53−1. */
export type Amount = bigint & { readonly [amountBrand]: true };

/** Nothing, in any unit. */
export const zero = 0n as Amount;

/**
 * The one place where an amount is made.
 * @throws RangeError when the number is negative, not whole, or above 2^53−1: the caller broke a promise.
 */
export function amount(minorUnits: bigint | number): Amount {
  const value = BigInt(minorUnits);
  if (value < 0n || value > amountMax) throw new RangeError(`amount out of range: ${value}`);
  return value as Amount;
}

/** Sum of two amounts. @throws RangeError above 2^53−1. */
export const plus = (a: Amount, b: Amount): Amount => amount(a + b);

/** Difference of two amounts. @throws RangeError below zero. */
export const minus = (a: Amount, b: Amount): Amount => amount(a - b);

/** The smaller of two amounts. */
export const least = (a: Amount, b: Amount): Amount => (a < b ? a : b);

declare const unitBrand: unique symbol;

/** What an amount counts: an ISO 4217 code or a points unit. Units never mix in one tender. */
export type Unit = string & { readonly [unitBrand]: true };

const pattern = /^[A-Z]{3}$/;

/** @throws RangeError when the text is not three capital letters. */
export function unit(text: string): Unit {
  if (!pattern.test(text)) throw new RangeError(`not a unit: ${JSON.stringify(text.slice(0, 20))}`);
  return text as Unit;
}

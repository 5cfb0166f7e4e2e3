import { type Amount, plus, zero } from "../amount.ts";
import type { Card, DailySpend } from "../card.ts";
import { dayMs } from "../limits.ts";
import type { Program } from "../program.ts";

/** The day of a time, UTC, in whole days since the epoch. */
const dayOf = (atMs: number): number => Math.floor(atMs / dayMs);

/** What the card has spent already on the day of that time, as far as its program counted. */
export const spentOn = ({ dailySpend }: Card, atMs: number): Amount =>
  dailySpend?.day === dayOf(atMs) ? dailySpend.amount : zero;

/** The count after one more write-off; `null` where the program does not count. */
export const dailySpendAfter = (
  card: Card,
  { dailySpendMax }: Pick<Program, "dailySpendMax">,
  { atMs, amount }: { readonly atMs: number; readonly amount: Amount },
): DailySpend | null =>
  dailySpendMax === null ? null : { day: dayOf(atMs), amount: plus(spentOn(card, atMs), amount) };

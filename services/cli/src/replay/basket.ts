import { parseTime } from "@scrip/wire";

/** One basket of the file. */
export interface Basket {
  /** Its line in the file, from 1. */
  readonly line: number;
  readonly basketId: string;
  /** The holder, as it stands. */
  readonly householdId: string;
  readonly storeId: string;
  /** Minor units. */
  readonly amount: number;
  /** RFC 3339 UTC. */
  readonly time: string;
}

export const columns = ["basket_id", "household_id", "store_id", "amount_minor", "time"] as const;
export type Column = (typeof columns)[number];

/** A fault of one line; nothing of that line happens. */
export class LineFault extends Error {
  override readonly name = "LineFault";
}

const forms: Readonly<Record<Column, readonly [form: RegExp, is: string]>> = {
  basket_id: [/^[A-Za-z0-9._-]{1,64}$/, "1 to 64 letters, digits, dots, hyphens or underscores"],
  // eslint-disable-next-line no-control-regex -- a holder reference is any text without them
  household_id: [/^[^\u0000-\u001f\u007f\ufffd]+$/, "text without control characters"],
  store_id: [
    /^[a-z0-9._-]{1,58}$/,
    "1 to 58 lower-case letters, digits, dots, hyphens or underscores",
  ],
  amount_minor: [/^(?:0|[1-9][0-9]{0,15})$/, "a whole number of minor units, 0 or more"],
  time: [/^.{20,24}$/, "a time like 2017-01-01T11:53:26Z"],
};

/** The basket that a line's values describe. @throws LineFault naming the column and what it should be */
export function basketOf(line: number, values: Readonly<Record<Column, string>>): Basket {
  for (const column of columns) {
    if (!forms[column][0].test(values[column])) wrong(column, values[column]);
  }
  const { household_id: householdId, time } = values;
  const amount = Number(values.amount_minor);
  if (!Number.isSafeInteger(amount)) wrong("amount_minor", values.amount_minor);
  if (!exists(time)) wrong("time", time);
  return { line, basketId: values.basket_id, householdId, storeId: values.store_id, amount, time };
}

function exists(time: string): boolean {
  try {
    return parseTime(time) >= 0;
  } catch {
    return false;
  }
}

/** Characters of a wrong value that are shown. */
const shownCharactersMax = 40;

function wrong(column: Column, value: string): never {
  const shown = JSON.stringify(value.slice(0, shownCharactersMax));
  throw new LineFault(`${column} is ${shown}, not ${forms[column][1]}`);
}

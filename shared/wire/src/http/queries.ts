import { fromHex, toHex } from "../bytes.ts";
import { decodeCbor, encodeCbor } from "../cbor/value.ts";
import type { FromSchema } from "./schema.ts";
import { object, words } from "./schema.ts";

/*
 * Parameters behind the question mark. They arrive as text and are checked as text; nothing is converted silently.
 */

/** Longest wait for COMMITTED that a caller may ask for, milliseconds. */
export const waitMsMax = 30_000;
/** Wait when none is given, milliseconds. */
export const waitMsDefault = 5_000;
/** Items of one page. */
export const pageItemsMax = 500;
export const pageItemsDefault = 50;
/** Characters of a cursor. */
const cursorCharactersMax = 400;

/** `?waitFor=committed&timeoutMs=5000`: answer when it is COMMITTED, or when the time is over. */
export const waitQuery = object({}, {
  waitFor: words("committed"),
  timeoutMs: {
    type: "string",
    pattern: "^(?:[1-9][0-9]{0,3}|[12][0-9]{4}|30000)$",
    maxLength: 5,
    title: "a whole number from 1 to 30000",
  },
} as const);
export type WaitQuery = FromSchema<typeof waitQuery>;

/** How long to wait, milliseconds; 0: not at all. */
export const waitMsOf = ({ waitFor, timeoutMs }: WaitQuery): number =>
  waitFor === undefined ? 0 : Number(timeoutMs ?? waitMsDefault);

/** `?limit=50&cursor=…`: one page of a list. A cursor is the list's own and opaque to callers. */
export const pageQuery = object({}, {
  limit: {
    type: "string",
    pattern: "^(?:[1-9][0-9]?|[1-4][0-9]{2}|500)$",
    maxLength: 3,
    title: "a whole number from 1 to 500",
  },
  cursor: { type: "string", minLength: 1, maxLength: cursorCharactersMax },
} as const);
export type PageQuery = FromSchema<typeof pageQuery>;

/** Items of one page of a list of the ledger's. */
export const listedItemsMax = 200;

/** `?limit=50&cursor=…` for the ledger's lists: events of a program, write-offs of an acceptor, cards of a batch. */
export const listQuery = object({}, {
  limit: {
    type: "string",
    pattern: "^(?:[1-9][0-9]?|1[0-9]{2}|200)$",
    maxLength: 3,
    title: "a whole number from 1 to 200",
  },
  cursor: { type: "string", minLength: 1, maxLength: cursorCharactersMax },
} as const);

export const limitOf = ({ limit }: PageQuery): number => Number(limit ?? pageItemsDefault);

/** Behind which item of which list a page begins. Opaque to callers. */
export const formatCursor = (list: string, after: string | number): string =>
  toHex(encodeCbor([list, after]));

/** The place in this list, or `null` for a cursor that the list did not make. */
export function parseCursor(list: string, cursor: string): string | number | null {
  try {
    const made = decodeCbor(fromHex(cursor));
    if (!Array.isArray(made) || made.length !== 2 || made[0] !== list) return null;
    const after: unknown = made[1];
    return typeof after === "string" || typeof after === "number" ? after : null;
  } catch {
    return null;
  }
}

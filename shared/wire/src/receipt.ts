import { formatTime, parseTime, timePattern } from "./http/time.ts";

/*
 * What tells a receipt from a proof. Both are proof files; a receipt's checkpoint is not of the log but of a tree over
 * the entries that one signature promises, has an origin of its own and says in an extension line by when they will be
 * in the log.
 */

const receiptsSuffix = "/receipts";
const logByForm = new RegExp(`^logBy ${timePattern.slice(1)}`);

/** Origin of the receipts of a log, and name of the keys that sign them. */
export const receiptOrigin = (logOrigin: string): string => `${logOrigin}${receiptsSuffix}`;

/** The log that receipts of this origin promise for; undefined when it is no origin of receipts. */
export const logOfReceipts = (origin: string): string | undefined =>
  origin.endsWith(receiptsSuffix) ? origin.slice(0, -receiptsSuffix.length) : undefined;

/** The extension line of a receipt's checkpoint: by when its entries are promised to be in the log. */
export const logByLine = (logByMs: number): string => `logBy ${formatTime(logByMs)}`;

/** Milliseconds since the epoch; undefined unless there is this one extension line and no other. */
export function readLogBy(extensions: readonly string[]): number | undefined {
  const [line = "", ...others] = extensions;
  if (others.length > 0 || !logByForm.test(line)) return undefined;
  return parseTime(line.slice("logBy ".length));
}

/*
 * Times on the wire: RFC 3339 §5.6 in UTC, `2026-11-22T20:49:00Z` or with three digits of a second, years 1970 to 9999.
 * Worked out here, because the built-in parser takes 30 February for 2 March, and because clocks stay outside.
 */

const anyYear = "(?:19[7-9][0-9]|[2-9][0-9]{3})";
/** Every fourth year, without the hundreds except every fourth of them. */
const leapYear =
  "(?:19(?:[79][26]|8[048])|[2-9][0-9](?:0[48]|[2468][048]|[13579][26])|(?:[2468][048]|[3579][26])00)";
const monthDay =
  "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))";
const clock = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{3})?";

/** Lets through exactly the times that exist, leap years counted, leap seconds not. */
export const timePattern = `^(?:${anyYear}-${monthDay}|${leapYear}-02-29)T${clock}Z$`;
const form = new RegExp(timePattern);

const daysBeforeMonth = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Days from the year 0 to the first of January of a year, in the Gregorian calendar carried backwards. */
const daysBeforeYear = (year: number): number => {
  const last = year - 1;
  return 365 * year + Math.floor(last / 4) - Math.floor(last / 100) + Math.floor(last / 400);
};
const epochDay = daysBeforeYear(1970);

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const minuteMs = 60_000;
const secondMs = 1_000;

/** Milliseconds since the epoch of a time that `timePattern` let through. @throws RangeError for any other text. */
export function parseTime(text: string): number {
  if (!form.test(text)) throw new RangeError(`not a time: ${JSON.stringify(text.slice(0, 40))}`);
  const part = (from: number, to: number): number => Number(text.slice(from, to));
  const [year, month] = [part(0, 4), part(5, 7)];
  const leapDay = month > 2 && isLeap(year) ? 1 : 0;
  const day =
    daysBeforeYear(year) - epochDay + (daysBeforeMonth[month - 1] ?? 0) + leapDay + part(8, 10) - 1;
  const fraction = text.length > 20 ? part(20, 23) : 0;
  return (
    day * dayMs +
    part(11, 13) * hourMs +
    part(14, 16) * minuteMs +
    part(17, 19) * secondMs +
    fraction
  );
}

/** The same for a time that may be left out: null then. */
export const parseTimeOrNull = (text: string | null | undefined): number | null =>
  text == null ? null : parseTime(text);

/** The last millisecond of the year 9999: later times have no text. */
export const latestMs = 253_402_300_799_999;
const padded = (value: number, digits: number): string => String(value).padStart(digits, "0");

/** The time as text; milliseconds are left out when there are none. @throws RangeError outside 1970 to 9999. */
export function formatTime(timeMs: number): string {
  if (!Number.isInteger(timeMs) || timeMs < 0 || timeMs > latestMs)
    throw new RangeError(`not a time: ${timeMs}`);
  const { year, month, day } = dateOf(Math.floor(timeMs / dayMs));
  const inDay = timeMs % dayMs;
  const clock = [
    Math.floor(inDay / hourMs),
    Math.floor((inDay % hourMs) / minuteMs),
    Math.floor((inDay % minuteMs) / secondMs),
  ].map((value) => padded(value, 2));
  const milliseconds = inDay % secondMs;
  const fraction = milliseconds === 0 ? "" : `.${padded(milliseconds, 3)}`;
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}T${clock.join(":")}${fraction}Z`;
}

function dateOf(daysSinceEpoch: number): { year: number; month: number; day: number } {
  const days = daysSinceEpoch + epochDay;
  // 146,097 days are 400 years; the estimate is at most one year off.
  let year = Math.floor((days * 400) / 146_097);
  while (daysBeforeYear(year + 1) <= days) year++;
  while (daysBeforeYear(year) > days) year--;
  const inYear = days - daysBeforeYear(year);
  const before = (month: number): number =>
    (daysBeforeMonth[month - 1] ?? 365) + (month > 2 && isLeap(year) ? 1 : 0);
  let month = 12;
  while (before(month) > inYear) month--;
  return { year, month, day: inYear - before(month) + 1 };
}

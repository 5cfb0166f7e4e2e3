import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatTime, parseTime, timePattern } from "@scrip/wire";

const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const builtIn = (timeMs: number): string => new Date(timeMs).toISOString().replace(".000Z", "Z");

describe("times on the wire", () => {
  it("are those of the built-in calendar, both ways", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: latest }), (timeMs) => {
        expect(formatTime(timeMs)).toBe(builtIn(timeMs));
        expect(parseTime(formatTime(timeMs))).toBe(timeMs);
      }),
      { numRuns: 2_000 },
    );
  });

  it("exist for every day of four centuries, and for no other", () => {
    for (let year = 1970; year < 2370; year++) {
      for (let month = 1; month <= 12; month++) {
        const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
        for (const day of [0, 1, 28, 29, 30, 31, 32]) {
          const [m, d] = [month, day].map((part) => String(part).padStart(2, "0"));
          const text = `${year}-${m}-${d}T00:00:00Z`;
          const exists = day >= 1 && day <= days;
          if (new RegExp(timePattern).test(text) !== exists) throw new Error(text);
          if (exists && parseTime(text) !== Date.UTC(year, month - 1, day)) throw new Error(text);
        }
      }
    }
    expect(parseTime("2000-02-29T12:34:56.789Z")).toBe(Date.UTC(2000, 1, 29, 12, 34, 56, 789));
  });

  it.each(["9000-02-29", "2100-02-29", "1900-02-28", "1969-12-31", "0000-01-01"])(
    "do not exist on %s",
    (date) => {
      expect(() => parseTime(`${date}T00:00:00Z`)).toThrowError(RangeError);
    },
  );

  it.each([
    "2026-11-22",
    "2026-11-22T20:49Z",
    "2026-11-22T24:00:00Z",
    "2026-11-22T23:59:60Z",
    "2026-11-22T20:60:00Z",
    "2026-11-22T20:49:00",
    "2026-11-22T20:49:00z",
    "2026-11-22t20:49:00Z",
    "2026-11-22 20:49:00Z",
    "2026-11-22T20:49:00+00:00",
    "2026-11-22T20:49:00.5Z",
    "2026-11-22T20:49:00.1234Z",
    "2026-11-22T20:49:00Z\n",
    "+02026-11-22T20:49:00Z",
    "",
  ])("are not written %j", (text) => {
    expect(() => parseTime(text)).toThrowError(RangeError);
  });

  it("have no text outside their years", () => {
    for (const wrong of [-1, latest + 1, 0.5, Number.NaN])
      expect(() => formatTime(wrong)).toThrowError(RangeError);
    expect(formatTime(latest)).toBe("9999-12-31T23:59:59.999Z");
  });
});

import { formatCursor, parseCursor } from "@scrip/wire";
import fc from "fast-check";
import { expect, it } from "vitest";
import { listScannedBytesMax, listScannedMax } from "../src/limits.ts";
import { pageOf, placeOf, type ListStep } from "../src/reading/list-page.ts";

const list = "numbers";

/** Follows the cursors to the end. @returns each page's items */
function allPages(steps: readonly ListStep<number>[], limit: number): number[][] {
  const pages: number[][] = [];
  for (let cursor: string | undefined; ;) {
    const query = { limit: String(limit), ...(cursor === undefined ? {} : { cursor }) };
    const from = placeOf(list, query, 10_000_000);
    const rest = steps.filter(({ place }) => place > from.after);
    const { items, nextCursor } = pageOf(from, rest, query);
    pages.push(items);
    if (nextCursor === null) return pages;
    cursor = nextCursor;
  }
}

it("gives every item once, in order, however the reader's rights and the pages cut the list", () => {
  const step = fc.record({ seen: fc.boolean(), gap: fc.integer({ min: 1, max: 9 }) });
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.integer({ min: 1, max: 12 }),
      (drawn, limit) => {
        let place = -1;
        const steps = drawn.map(({ seen, gap }) => {
          place += gap;
          return { place, bytes: 100, item: seen ? place : null };
        });
        const pages = allPages(steps, limit);
        const seen = steps.flatMap(({ item }) => item ?? []);
        expect(pages.flat()).toEqual(seen);
        expect(pages.every((page) => page.length <= limit)).toBe(true);
        // Few unseen places never end a page before it is full.
        expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
      },
    ),
  );
});

it("ends a page after so many places, and after so many bytes", () => {
  const hidden = (count: number, bytes: number): ListStep<number>[] =>
    Array.from({ length: count }, (_, place) => ({ place, bytes, item: null }));
  const from = placeOf(list, {}, 1);
  const behind = (steps: readonly ListStep<number>[]) => {
    const { nextCursor } = pageOf(from, steps, {});
    return nextCursor === null ? null : parseCursor(list, nextCursor);
  };
  expect(behind(hidden(listScannedMax, 1))).toBeNull();
  expect(behind(hidden(listScannedMax + 1, 1))).toBe(listScannedMax - 1);
  const quarter = listScannedBytesMax / 4;
  expect(behind(hidden(4, quarter))).toBeNull();
  expect(behind(hidden(5, quarter))).toBe(3);
  // One entry larger than all of it is still read: a page always comes further.
  expect(behind(hidden(2, listScannedBytesMax * 2))).toBe(0);
});

it("takes a place of its own list alone, below its end", () => {
  const at = (cursor: string) => placeOf(list, { cursor }, 10).after;
  expect(at(formatCursor(list, 9))).toBe(9);
  const refused = [
    formatCursor(list, 10),
    formatCursor("others", 3),
    formatCursor(list, "3"),
    "zz",
  ];
  for (const cursor of refused) {
    expect(() => at(cursor)).toThrow(expect.objectContaining({ code: "CURSOR_INVALID" }));
  }
});

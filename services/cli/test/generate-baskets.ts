/** A basket as the file states it. */
export interface Line {
  readonly basketId: string;
  readonly household: string;
  readonly store: string;
  readonly amount: number;
  readonly time: string;
}

const firstMs = Date.UTC(2017, 0, 1, 8);
const minuteMs = 60_000;

/** Baskets in the order of their times: the same seed always gives the same ones. */
export function generateBaskets(
  count: number,
  { seed = 1, households = 5, stores = 3 } = {},
): Line[] {
  const next = mulberry(seed);
  return Array.from({ length: count }, (_, at) => ({
    basketId: String(31_000_000_000 + at),
    household: String(1 + Math.floor(next() * households)),
    store: String(300 + Math.floor(next() * stores)),
    // Some baskets are free, most are small, a few are large.
    amount: next() < 0.05 ? 0 : Math.floor(next() ** 3 * 20_000),
    time: new Date(firstMs + at * minuteMs).toISOString().replace(".000Z", "Z"),
  }));
}

export const csvHeader = "basket_id,household_id,store_id,amount_minor,time";
export const csvLine = (line: Line): string =>
  [line.basketId, line.household, line.store, line.amount, line.time].join(",");

/** The file of these baskets. */
export const csvOf = (lines: readonly Line[]): string =>
  [csvHeader, ...lines.map(csvLine), ""].join("\n");

/** A small generator of numbers in [0, 1): mulberry32. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

import type { Summary } from "./tally.ts";

/** The summary as lines for people. */
export function describeSummary(summary: Summary): string[] {
  const { acceptedToCommitted: lag } = summary;
  const rate = summary.requestsPerSecond.toFixed(0);
  const facts: readonly (readonly [string, string])[] = [
    ["baskets", `${count(summary.baskets)}${notDone(summary)}`],
    ["granted", `${count(summary.pointsGranted)} points in ${count(summary.grants)} grants`],
    [
      "redeemed",
      `${count(summary.pointsRedeemed)} points in ${count(summary.writeOffs)} write-offs; ${count(summary.declined)} declined for too few points`,
    ],
    ["requests", `${count(summary.requests)} in ${summary.seconds.toFixed(1)} s, ${rate}/s`],
    [
      "committed",
      lag.samples === 0
        ? "nothing new to measure"
        : `p50 ${ms(lag.p50Ms)}, p99 ${ms(lag.p99Ms)} after accepted (${count(lag.samples)} samples)`,
    ],
  ];
  return [
    ...facts.map(([name, value]) => `${name.padEnd(9)} ${value}`),
    ...storeLines(summary),
    ...changes(summary),
  ];
}

const count = (value: number): string => value.toLocaleString("en");
const ms = (value: number | null): string => (value === null ? "–" : `${value.toFixed(0)} ms`);

const notDone = ({ linesLeftOut }: Summary): string =>
  linesLeftOut === 0 ? "" : `; ${count(linesLeftOut)} lines were left out`;

function storeLines({ topStores }: Summary): string[] {
  if (topStores.length === 0) return [];
  const rows = topStores.map(({ store, baskets, amount, redeemed }) =>
    [store, count(baskets), count(amount), count(redeemed)]
      .map((cell) => cell.padStart(12))
      .join(""),
  );
  const head = ["store", "baskets", "sold", "redeemed"].map((cell) => cell.padStart(12)).join("");
  return [`the ${topStores.length} stores that sold most, in minor units:`, head, ...rows];
}

/** What this run changed, beside earlier ones. */
function changes({ baskets, basketsSeenBefore, requestsNew }: Summary): string[] {
  if (baskets === 0) return [];
  if (requestsNew === 0) return [`nothing changed: all ${count(baskets)} baskets were here before`];
  if (basketsSeenBefore === 0) return [];
  return [`${count(basketsSeenBefore)} baskets were here before; nothing changed for them`];
}

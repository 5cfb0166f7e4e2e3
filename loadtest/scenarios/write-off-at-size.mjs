import { startProcess } from "../harness/process.mjs";
import { number, spread } from "../harness/statistics.mjs";
import { committed, startEverything } from "../subjects/everything.mjs";
import { preparedCards } from "../subjects/prepared-cards.mjs";

export const name = "write-off-at-size";

const connections = 50;
const fewCards = 10_000;

/**
 * @typedef {import("../harness/process.mjs").BenchProcess} BenchProcess
 * @typedef {import("../subjects/everything.mjs").Everything} Everything
 * @typedef {{ perSecond: number, cpuMicros: number }} Round per write-off, until it is committed
 * @typedef {{ cards: number, everything: Everything, codesFile: string, rounds: Round[] }} Variant
 */

/**
 * What a write-off costs in a system of many cards, against one of few: accepted, receipt included, and committed.
 * @param {import("../harness/options.mjs").Options} options
 * @returns {Promise<import("../harness/report.mjs").Section>}
 */
export async function run({ rounds, quick, cards }) {
  const requests = quick ? 1_000 : 20_000;
  const load = await startProcess(new URL("../processes/load.mjs", import.meta.url));
  /** @type {Variant[]} */
  const variants = [];
  try {
    for (const size of [fewCards, cards]) {
      const { directory, codesFile } = await preparedCards(size);
      const everything = await startEverything(directory);
      variants.push({ cards: size, everything, codesFile, rounds: [] });
    }
    for (const variant of variants) await measure(variant, load, { requests, run: "warm" });
    for (let round = 1; round <= rounds; round += 1) {
      for (const variant of variants) {
        const figures = await measure(variant, load, { requests, run: `round${round}` });
        variant.rounds.push(figures);
        console.log(
          `round ${round} at ${number(variant.cards)} cards: ${number(figures.perSecond)}/s, ${number(figures.cpuMicros)} µs`,
        );
      }
    }
    return section(variants, requests);
  } finally {
    for (const { everything } of variants) await everything.process.stop();
    await load.stop();
  }
}

/**
 * @param {Variant} variant
 * @param {BenchProcess} load
 * @param {{ requests: number, run: string }} how
 * @returns {Promise<Round>}
 */
async function measure({ everything, codesFile }, load, { requests, run }) {
  const { process, keys } = everything;
  const before = BigInt((await committed(everything)).totals.writtenOff);
  const cpuBefore = await process.ask("cpuSeconds");
  const startedAt = performance.now();
  const asked = { url: process.url, apiKey: keys.acceptor, codesFile, connections, requests, run };
  const { statuses, faults } = await load.ask("writeOffs", asked);
  if (statuses[200] !== requests || faults > 0)
    throw new Error(`not all ${requests} were accepted: ${JSON.stringify({ statuses, faults })}`);
  // The ledger has all events soon, the copy that checks them a block later.
  while (BigInt((await committed(everything)).totals.writtenOff) - before < BigInt(requests));
  const seconds = (performance.now() - startedAt) / 1_000;
  const cpu = (await process.ask("cpuSeconds")) - cpuBefore;
  return { perSecond: requests / seconds, cpuMicros: (cpu / requests) * 1e6 };
}

/** @param {readonly Variant[]} variants @param {number} requests @returns {import("../harness/report.mjs").Section} */
function section(variants, requests) {
  const [few] = variants;
  const ratios = (/** @type {Variant} */ { rounds }) =>
    rounds.map(({ cpuMicros }, nth) => cpuMicros / (few?.rounds[nth]?.cpuMicros ?? Number.NaN));
  return {
    title: "What a write-off costs among many cards",
    about: [
      `${number(requests)} write-offs a round at ${connections} connections, each of the next card in turn, through every service`,
      `in one process; ${few?.rounds.length} interleaved rounds after a warm-up. A round ends when the verified copy has all of`,
      "them; CPU is that of all threads of the process, and the ratio is against the same round among few cards.",
    ],
    tables: [
      {
        head: ["cards", "CPU per write-off, µs", "ratio", "aim", "committed per second"],
        rows: variants.map((variant) => [
          number(variant.cards),
          spread(variant.rounds.map(({ cpuMicros }) => cpuMicros)),
          variant === few ? "1" : spread(ratios(variant), 2),
          variant === few ? "" : "≤ 1.3",
          spread(variant.rounds.map(({ perSecond }) => perSecond)),
        ]),
      },
    ],
  };
}

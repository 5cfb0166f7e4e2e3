import { newPlace } from "../harness/places.mjs";
import { startProcess } from "../harness/process.mjs";
import { number, spread } from "../harness/statistics.mjs";

export const name = "map-update";

const script = new URL("../processes/map.mjs", import.meta.url);
const sizes = [10_000, 1_000_000];
/** Changed cards in a block; each in another bucket, as cards of strangers are. */
const changesEach = 1_000;

/**
 * @typedef {{ leaves: number, depth: number, perLeafMicros: number[], storedMicros: number[] }} Variant
 */

/**
 * What one changed card costs in maps of several sizes.
 * @param {import("../harness/options.mjs").Options} options
 * @returns {Promise<import("../harness/report.mjs").Section>}
 */
export async function run({ rounds, quick, cards }) {
  const blocks = quick ? 2 : 20;
  const largest = quick ? [] : [cards].filter((size) => size > 1_000_000);
  /** @type {Variant[]} */
  const variants = [];
  const processes = [];
  try {
    for (const leaves of quick ? sizes.slice(0, 1) : [...sizes, ...largest]) {
      const directory = newPlace(`map-${leaves}`);
      const process = await startProcess(script, { args: [directory, String(leaves)] });
      processes.push(process);
      await process.ask("load");
      variants.push({ leaves, depth: 0, perLeafMicros: [], storedMicros: [] });
    }
    for (let round = 0; round <= rounds; round += 1) {
      for (const [nth, variant] of variants.entries()) {
        await measure(processes[nth], variant, { blocks, kept: round > 0 });
      }
    }
  } finally {
    for (const process of processes) await process.stop();
  }
  return section(variants, rounds);
}

/**
 * @param {import("../harness/process.mjs").BenchProcess | undefined} process
 * @param {Variant} variant
 * @param {{ blocks: number, kept: boolean }} round
 */
async function measure(process, variant, { blocks, kept }) {
  if (process === undefined) throw new Error("no process for this size");
  const before = await process.ask("cpuSeconds");
  const { updateCpuSeconds, depth, count } = await process.ask("update", { blocks, changesEach });
  const cpuSeconds = (await process.ask("cpuSeconds")) - before;
  if (count !== variant.leaves) throw new Error(`${count} leaves instead of ${variant.leaves}`);
  variant.depth = depth;
  if (!kept) return;
  const micros = (/** @type {number} */ seconds) => (seconds / (blocks * changesEach)) * 1e6;
  variant.perLeafMicros.push(micros(updateCpuSeconds));
  variant.storedMicros.push(micros(cpuSeconds));
  console.log(
    `${number(variant.leaves)} leaves: ${number(micros(updateCpuSeconds), 1)} µs, stored ${number(micros(cpuSeconds), 1)} µs`,
  );
}

/**
 * @param {readonly Variant[]} variants
 * @param {number} rounds
 * @returns {import("../harness/report.mjs").Section}
 */
function section(variants, rounds) {
  return {
    title: "Map update per card",
    about: [
      `${rounds} interleaved rounds of blocks of ${number(changesEach)} changed cards, all over the map. “Computed” is the new`,
      "version: reading the buckets from LMDB, hashing leaves and nodes. “Stored” adds the durable write of the buckets and the",
      "making of test keys. CPU of all threads, microseconds per changed card.",
    ],
    tables: [
      {
        head: ["cards", "bucket depth", "cards per bucket", "computed, µs", "stored, µs"],
        rows: variants.map(({ leaves, depth, perLeafMicros, storedMicros }) => [
          number(leaves),
          String(depth),
          number(leaves / 2 ** depth, 1),
          spread(perLeafMicros, 1),
          spread(storedMicros, 1),
        ]),
      },
    ],
  };
}

import { oneProcess, skeleton, writeOffAlone } from "../subjects/accepting.mjs";
import { newPlace, removePlace } from "../harness/places.mjs";
import { startProcess } from "../harness/process.mjs";
import { number, spread } from "../harness/statistics.mjs";

export const name = "write-off-accept";

const connections = 50;
const cards = 10_000;
/** A card keeps sixteen refundable write-offs: nobody may be asked for a seventeenth. */
const writeOffsPerCardMax = 16;

/**
 * @typedef {import("../subjects/accepting.mjs").Accepting & { asked: number, rounds: Round[] }} Variant
 * @typedef {{ perSecond: number, settledPerSecond: number, p50Ms: number, p99Ms: number, serverCpu: number,
 *   loadCpu: number }} Round CPU in seconds per 1,000 write-offs
 * @typedef {import("../harness/process.mjs").BenchProcess} BenchProcess
 */

/**
 * How many write-offs are accepted, against a skeleton that pays only what every such service pays.
 * @param {import("../harness/options.mjs").Options} options
 * @returns {Promise<import("../harness/report.mjs").Section>}
 */
export async function run({ rounds, quick, profile }) {
  // A warm-up before the rounds, and perhaps a profile after them.
  const requestsMax = Math.floor((cards * writeOffsPerCardMax) / (rounds + 2));
  const requests = Math.min(quick ? 2_000 : 20_000, requestsMax);
  const place = newPlace(name);
  const load = await startProcess(new URL("../processes/load.mjs", import.meta.url));
  /** @type {Variant[]} */
  const variants = [];
  try {
    for (const start of [skeleton, writeOffAlone, oneProcess])
      variants.push({ ...(await start(place, cards)), asked: 0, rounds: [] });
    for (const variant of variants) await measure(variant, load, { requests, run: "warm" });
    for (let round = 1; round <= rounds; round += 1) {
      for (const variant of variants) {
        const figures = await measure(variant, load, { requests, run: `round${round}` });
        variant.rounds.push(figures);
        const { perSecond, p99Ms } = figures;
        console.log(
          `round ${round} ${variant.name}: ${number(perSecond)}/s, p99 ${number(p99Ms, 1)} ms`,
        );
      }
    }
    if (profile !== null) await profileEach(variants, load, { requests, directory: profile });
    return section(variants, requests);
  } finally {
    for (const { process } of [...variants, { process: load }]) await process.stop();
    removePlace(place);
  }
}

/**
 * @param {Variant} variant
 * @param {BenchProcess} load
 * @param {{ requests: number, run: string }} how
 * @returns {Promise<Round>}
 */
async function measure(variant, load, { requests, run }) {
  const { process, codesFile, apiKey } = variant;
  const { url } = process;
  const cpuBefore = await cpuOf(process, load);
  const startedAt = performance.now();
  const figures = await load.ask("writeOffs", {
    url,
    apiKey,
    codesFile,
    connections,
    requests,
    run,
  });
  await variant.settled();
  const settledSeconds = (performance.now() - startedAt) / 1_000;
  const cpuAfter = await cpuOf(process, load);
  variant.asked += requests;
  await requireAllDone(variant, figures, requests);
  const { seconds, p50Ms, p99Ms } = figures;
  return {
    perSecond: requests / seconds,
    settledPerSecond: requests / settledSeconds,
    p50Ms,
    p99Ms,
    serverCpu: ((cpuAfter.server - cpuBefore.server) / requests) * 1_000,
    loadCpu: ((cpuAfter.load - cpuBefore.load) / requests) * 1_000,
  };
}

/** @param {BenchProcess} server @param {BenchProcess} load */
const cpuOf = async (server, load) => ({
  server: await server.ask("cpuSeconds"),
  load: await load.ask("cpuSeconds"),
});

/**
 * A bench that measures refusals is worthless.
 * @param {Variant} variant
 * @param {{ statuses: Record<number, number>, faults: number }} figures
 * @param {number} requests
 */
async function requireAllDone({ name, asked, writtenOff }, { statuses, faults }, requests) {
  if (statuses[200] !== requests || faults > 0)
    throw new Error(
      `${name}: not all ${requests} were accepted: ${JSON.stringify({ statuses, faults })}`,
    );
  const booked = await writtenOff();
  if (booked !== asked) throw new Error(`${name}: ${asked} accepted, but its books say ${booked}`);
}

/**
 * @param {readonly Variant[]} variants
 * @param {BenchProcess} load
 * @param {{ requests: number, directory: string }} how
 */
async function profileEach(variants, load, { requests, directory }) {
  for (const variant of variants) {
    const file = `${directory}/${variant.name.replaceAll(" ", "-")}.cpuprofile`;
    await variant.process.ask("profileStart");
    await measure(variant, load, { requests, run: "profiled" });
    await variant.process.ask("profileStop", file);
  }
}

/** @param {readonly Variant[]} variants @param {number} requests @returns {import("../harness/report.mjs").Section} */
function section(variants, requests) {
  const [baseline] = variants;
  const of = (/** @type {Variant} */ { rounds }, /** @type {keyof Round} */ figure, digits = 0) =>
    spread(
      rounds.map((round) => round[figure]),
      digits,
    );
  const ratios = (/** @type {Variant} */ { rounds }) =>
    rounds.map(
      ({ perSecond }, nth) => perSecond / (baseline?.rounds[nth]?.perSecond ?? Number.NaN),
    );
  return {
    title: `Accepting write-offs at ${connections} connections`,
    about: [
      `${number(requests)} write-offs a round over ${number(cards)} cards in turn, each under a key of its own;`,
      `${baseline?.rounds.length} interleaved rounds after a warm-up; the ratio is against the skeleton of the same round.`,
      "The skeleton is Fastify, the same body schema and one durable LMDB compare-and-put; puts share commits.",
      "“Alone” is the write-off service with card store, vaults and receipts, without relay and ledger; “one process” is every service,",
      "and each of its rounds ends when the ledger has all events (“done per second”).",
      "CPU is in seconds per 1,000 write-offs, all threads of the process, until they are done.",
      "Every answer was 200, and the books of each server equal the number of requests.",
    ],
    tables: [
      {
        head: [
          "",
          "accepted per second",
          "ratio",
          "aim",
          "p50 ms",
          "p99 ms",
          "done per second",
          "CPU server",
          "CPU load generator",
        ],
        rows: variants.map((variant) => [
          variant.name,
          of(variant, "perSecond"),
          variant === baseline ? "1" : spread(ratios(variant), 2),
          variant.aim,
          of(variant, "p50Ms", 1),
          of(variant, "p99Ms", 1),
          of(variant, "settledPerSecond"),
          of(variant, "serverCpu", 3),
          of(variant, "loadCpu", 3),
        ]),
      },
    ],
  };
}

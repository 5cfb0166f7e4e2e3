import { writeNewCodes } from "../harness/codes.mjs";
import { newPlace, removePlace } from "../harness/places.mjs";
import { startProcess } from "../harness/process.mjs";
import { number, spread } from "../harness/statistics.mjs";

export const name = "write-off-accept";

const connections = 50;
const cards = 10_000;
/** A card keeps its sixteen youngest refundable write-offs: nobody may be asked for a seventeenth. */
const writeOffsPerCardMax = 16;
/** Minor units; each write-off takes one. */
const balance = 1_000_000;
const apiKey = "sk_bench";

/**
 * @typedef {{ name: string, aim: string, process: import("../harness/process.mjs").BenchProcess, codesFile: string,
 *   apiKey: string, asked: number, rounds: Round[] }} Variant
 * @typedef {{ perSecond: number, p50Ms: number, p99Ms: number, serverCpu: number, loadCpu: number }} Round CPU in
 *   seconds per 1,000 write-offs
 */

/**
 * How many write-offs are accepted, against a skeleton that pays only what every such service pays.
 * @param {import("../harness/options.mjs").Options} options
 * @returns {Promise<import("../harness/report.mjs").Section>}
 */
export async function run({ rounds, quick, profile }) {
  const requests = quick
    ? 2_000
    : Math.min(20_000, Math.floor((cards * writeOffsPerCardMax) / (rounds + 1)));
  const place = newPlace(name);
  const load = await startProcess(new URL("../processes/load.mjs", import.meta.url));
  const variants = await startVariants(place);
  try {
    for (const variant of variants) await measure(variant, load, { requests, run: "warm" });
    for (let round = 1; round <= rounds; round += 1) {
      for (const variant of variants) {
        const figures = await measure(variant, load, { requests, run: `round${round}` });
        variant.rounds.push(figures);
        console.log(
          `round ${round} ${variant.name}: ${number(figures.perSecond)}/s, p99 ${number(figures.p99Ms, 1)} ms`,
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

/** @param {string} place @returns {Promise<Variant[]>} */
async function startVariants(place) {
  const codesFile = `${place}/codes.txt`;
  writeNewCodes(codesFile, cards);
  /** @type {(name: string, aim: string, script: URL) => Promise<Variant>} */
  const start = async (name, aim, script) => {
    const args = [`${place}/${name.replaceAll(" ", "-")}`, codesFile, String(balance), apiKey];
    const process = await startProcess(script, { args });
    return { name, aim, process, codesFile, apiKey, asked: 0, rounds: [] };
  };
  return [
    await start("skeleton", "", new URL("../processes/skeleton.mjs", import.meta.url)),
    await start(
      "write-off alone",
      "≥ 0.5",
      new URL("../processes/write-off-alone.mjs", import.meta.url),
    ),
  ];
}

/**
 * @param {Variant} variant
 * @param {import("../harness/process.mjs").BenchProcess} load
 * @param {{ requests: number, run: string }} how
 * @returns {Promise<Round>}
 */
async function measure(variant, load, { requests, run }) {
  const { process, codesFile, apiKey } = variant;
  const cpuBefore = [await process.ask("cpuSeconds"), await load.ask("cpuSeconds")];
  const { url } = process;
  const figures = await load.ask("writeOffs", {
    url,
    apiKey,
    codesFile,
    connections,
    requests,
    run,
  });
  const cpuAfter = [await process.ask("cpuSeconds"), await load.ask("cpuSeconds")];
  variant.asked += requests;
  await requireAllDone(variant, figures, requests);
  const [serverCpu = 0, loadCpu = 0] = cpuAfter.map(
    (after, nth) => ((after - cpuBefore[nth]) / requests) * 1_000,
  );
  const { seconds, p50Ms, p99Ms } = figures;
  return { perSecond: requests / seconds, p50Ms, p99Ms, serverCpu, loadCpu };
}

/**
 * A bench that measures refusals is worthless.
 * @param {Variant} variant
 * @param {{ statuses: Record<number, number>, faults: number }} figures
 * @param {number} requests
 */
async function requireAllDone({ name, process, asked }, { statuses, faults }, requests) {
  if (statuses[200] !== requests || faults > 0)
    throw new Error(
      `${name}: not all ${requests} were accepted: ${JSON.stringify({ statuses, faults })}`,
    );
  const writtenOff = await process.ask("writtenOff");
  if (writtenOff !== asked)
    throw new Error(
      `${name}: ${asked} accepted, but the store says ${writtenOff} were written off`,
    );
}

/**
 * @param {readonly Variant[]} variants
 * @param {import("../harness/process.mjs").BenchProcess} load
 * @param {{ requests: number, directory: string }} how
 */
async function profileEach(variants, load, { requests, directory }) {
  for (const variant of variants) {
    await variant.process.ask("profileStart");
    await measure(variant, load, { requests, run: "profiled" });
    await variant.process.ask(
      "profileStop",
      `${directory}/${variant.name.replaceAll(" ", "-")}.cpuprofile`,
    );
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
      `${number(requests)} write-offs a round over ${number(cards)} cards in turn, each under a key of its own,`,
      `${baseline?.rounds.length} interleaved rounds after a warm-up; the ratio is against the skeleton of the same round.`,
      "The skeleton is Fastify, the same body schema and one durable LMDB compare-and-put; puts share commits.",
      "CPU is in seconds per 1,000 write-offs, all threads of the process.",
      "Every answer was 200, and the sums of the stores equal the number of requests.",
    ],
    tables: [
      {
        head: [
          "",
          "per second",
          "ratio",
          "aim",
          "p50 ms",
          "p99 ms",
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
          of(variant, "serverCpu", 3),
          of(variant, "loadCpu", 3),
        ]),
      },
    ],
  };
}

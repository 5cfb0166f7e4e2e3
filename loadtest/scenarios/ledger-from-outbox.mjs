import { sharesByStage } from "../harness/cpu-profile.mjs";
import { applierOf, ledgerStageOf } from "../subjects/ledger-stages.mjs";
import { newPlace } from "../harness/places.mjs";
import { preparedCards } from "../subjects/prepared-cards.mjs";
import { startProcess } from "../harness/process.mjs";
import { number, spread } from "../harness/statistics.mjs";

export const name = "ledger-from-outbox";

const script = new URL("../processes/ledger.mjs", import.meta.url);

/** @typedef {{ seconds: number, blocks: number, cpuSeconds: number, loopCpuSeconds: number }} Round */

/**
 * How fast a full outbox reaches the verified copy of the ledger.
 * @param {import("../harness/options.mjs").Options} options
 * @returns {Promise<import("../harness/report.mjs").Section>}
 */
export async function run({ rounds, quick, profile }) {
  const cards = quick ? 5_000 : 100_000;
  const events = quick ? 2_000 : 20_000;
  const { directory, codesFile } = await preparedCards(cards);
  const process = await startProcess(script, { args: [directory, codesFile] });
  try {
    await drain(process, events);
    /** @type {Round[]} */
    const measured = [];
    for (let round = 1; round <= rounds; round += 1) {
      const figures = await drain(process, events);
      measured.push(figures);
      console.log(
        `round ${round}: ${number(events / figures.seconds)} events/s in ${figures.blocks} blocks`,
      );
    }
    // One more round, sampled, says where the time goes; it is in none of the figures above it.
    const file = `${profile ?? newPlace("profile")}/${name}.cpuprofile`;
    const sampled = await drain(process, events, file);
    return section({ cards, events, rounds: measured, stages: stagesOf(file, sampled, events) });
  } finally {
    await process.stop();
  }
}

/**
 * @param {import("../harness/process.mjs").BenchProcess} process
 * @param {number} events
 * @param {string} [profileFile]
 * @returns {Promise<Round>}
 */
async function drain(process, events, profileFile) {
  await process.ask("fill", events);
  if (profileFile !== undefined) await process.ask("profileStart");
  const before = [await process.ask("cpuSeconds"), await process.ask("loopCpuSeconds")];
  const { seconds, blocks } = await process.ask("drain");
  const after = [await process.ask("cpuSeconds"), await process.ask("loopCpuSeconds")];
  if (profileFile !== undefined) await process.ask("profileStop", profileFile);
  await process.ask("requireCommitted");
  const [cpuSeconds = 0, loopCpuSeconds = 0] = after.map((value, nth) => value - before[nth]);
  return { seconds, blocks, cpuSeconds, loopCpuSeconds };
}

/**
 * @param {string} file
 * @param {Round} sampled
 * @param {number} events
 * @returns {string[][]} rows
 */
function stagesOf(file, { cpuSeconds, loopCpuSeconds }, events) {
  const micros = (/** @type {number} */ seconds) => (seconds / events) * 1e6;
  const loop = micros(loopCpuSeconds);
  const shares = [...sharesByStage(file, ledgerStageOf)].sort(([, a], [, b]) => b - a);
  const appliers = sharesByStage(file, applierOf);
  const row = (/** @type {string} */ what, /** @type {number} */ value) => [what, number(value)];
  return [
    ...shares.map(([stage, share]) => row(stage, share * loop)),
    row("**event loop**", loop),
    row("of that the engine applying blocks", (appliers.get("engine") ?? 0) * loop),
    row("of that the follower applying them again", (appliers.get("follower") ?? 0) * loop),
    row("**other threads** (LMDB commits, garbage collection)", micros(cpuSeconds) - loop),
  ];
}

/**
 * @param {{ cards: number, events: number, rounds: Round[], stages: string[][] }} measured
 * @returns {import("../harness/report.mjs").Section}
 */
function section({ cards, events, rounds, stages }) {
  const of = (/** @type {(round: Round) => number} */ figure) => spread(rounds.map(figure));
  return {
    title: `Ledger from a filled outbox at ${number(cards)} cards`,
    about: [
      `${rounds.length} rounds of ${number(events)} write-offs each, of one card after another, after a warm-up: from the`,
      "moment the relay begins to publish until the last event is COMMITTED in the verified copy of the follower. Relay, event",
      "log, chain-writer, ledger with four cosigners and follower share one process and one event loop; all its events were",
      "found COMMITTED. CPU is in microseconds per event.",
    ],
    tables: [
      {
        head: [
          "events per second",
          "aim",
          "events per block",
          "CPU, all threads",
          "CPU, event loop",
        ],
        rows: [
          [
            of(({ seconds }) => events / seconds),
            "≥ 4,000",
            of(({ blocks }) => events / blocks),
            of(({ cpuSeconds }) => (cpuSeconds / events) * 1e6),
            of(({ loopCpuSeconds }) => (loopCpuSeconds / events) * 1e6),
          ],
        ],
      },
      {
        caption: "Where the CPU goes, from a profile of one more round:",
        head: ["stage", "CPU per event, µs"],
        rows: stages,
      },
    ],
  };
}

import { mkdirSync, renameSync } from "node:fs";
import { sharesByStage } from "../harness/cpu-profile.mjs";
import { ledgerStageOf } from "../subjects/ledger-stages.mjs";
import { newPlace } from "../harness/places.mjs";
import { preparedCards } from "../subjects/prepared-cards.mjs";
import { startProcess } from "../harness/process.mjs";
import { number, spread } from "../harness/statistics.mjs";

export const name = "ledger-from-outbox";

const script = new URL("../processes/ledger.mjs", import.meta.url);

/**
 * @typedef {{ all: number, loop: number, ledger: number }} Cpu seconds: all threads, the event loop, the ledger's thread
 * @typedef {{ seconds: number, blocks: number, cpu: Cpu }} Round
 */

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
    const place = profile ?? newPlace("profile");
    mkdirSync(place, { recursive: true });
    const file = `${place}/${name}.cpuprofile`;
    const sampled = await drain(process, events, file);
    const stages = stagesOf(file, sampled, events);
    return section({ cards, events, rounds: measured, stages });
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
  if (profileFile !== undefined) {
    await process.ask("profileStart");
    await process.ask("workersProfileStart");
  }
  const before = await cpuOf(process);
  const { seconds, blocks } = await process.ask("drain");
  const after = await cpuOf(process);
  if (profileFile !== undefined) {
    await process.ask("profileStop", profileFile);
    const [file] = await process.ask("workersProfileStop", profileFile);
    renameSync(file, ledgerFile(profileFile));
  }
  await process.ask("requireCommitted");
  const cpu = {
    all: after.all - before.all,
    loop: after.loop - before.loop,
    ledger: after.ledger - before.ledger,
  };
  return { seconds, blocks, cpu };
}

/** The profile of the ledger's thread, beside that of the event loop. @param {string} file */
const ledgerFile = (file) => file.replace(".cpuprofile", "-thread.cpuprofile");

/** @param {import("../harness/process.mjs").BenchProcess} process @returns {Promise<Cpu>} */
const cpuOf = async (process) => ({
  all: await process.ask("cpuSeconds"),
  loop: await process.ask("loopCpuSeconds"),
  ledger: await process.ask("workersCpuSeconds"),
});

/**
 * @param {string} file
 * @param {Round} sampled
 * @param {number} events
 * @returns {string[][]} rows
 */
function stagesOf(file, { cpu }, events) {
  const micros = (/** @type {number} */ seconds) => (seconds / events) * 1e6;
  const loop = sharesByStage(file, ledgerStageOf);
  const ledger = sharesByStage(ledgerFile(file), ledgerStageOf);
  const stages = [...new Set([...loop.keys(), ...ledger.keys()])]
    .map((stage) => ({
      stage,
      loop: (loop.get(stage) ?? 0) * micros(cpu.loop),
      ledger: (ledger.get(stage) ?? 0) * micros(cpu.ledger),
    }))
    .sort((a, b) => b.loop + b.ledger - (a.loop + a.ledger));
  const others = micros(cpu.all - cpu.loop - cpu.ledger);
  return [
    ...stages.map((row) => [row.stage, number(row.loop), number(row.ledger)]),
    ["**thread**", number(micros(cpu.loop)), number(micros(cpu.ledger))],
    ["**other threads** (LMDB commits, garbage collection)", number(others), ""],
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
      "log, chain-writer and follower share one event loop, the ledger with four cosigners has a thread of its own in the same",
      "process; all its events were found COMMITTED. CPU is in microseconds per event.",
    ],
    tables: [
      {
        head: [
          "events per second",
          "aim",
          "events per block",
          "CPU, all threads",
          "CPU, event loop",
          "CPU, ledger's thread",
        ],
        rows: [
          [
            of(({ seconds }) => events / seconds),
            "≥ 10,000",
            of(({ blocks }) => events / blocks),
            of(({ cpu }) => (cpu.all / events) * 1e6),
            of(({ cpu }) => (cpu.loop / events) * 1e6),
            of(({ cpu }) => (cpu.ledger / events) * 1e6),
          ],
        ],
      },
      {
        caption: "Where the CPU goes, from a profile of one more round:",
        head: ["stage", "event loop, µs", "ledger's thread, µs"],
        rows: stages,
      },
    ],
  };
}

import { newPlace, removePlace } from "../harness/places.mjs";
import { preparedCards } from "../subjects/prepared-cards.mjs";
import { startProcess } from "../harness/process.mjs";
import { number, spread } from "../harness/statistics.mjs";

export const name = "follower-rebuild";

const script = new URL("../processes/ledger.mjs", import.meta.url);
const filledAtOnce = 20_000;

/** @typedef {{ seconds: number, cpuSeconds: number, loopCpuSeconds: number }} Round */

/**
 * How fast a follower that begins with nothing has verified a whole ledger.
 * @param {import("../harness/options.mjs").Options} options
 * @returns {Promise<import("../harness/report.mjs").Section>}
 */
export async function run({ rounds, quick }) {
  const cards = quick ? 5_000 : 100_000;
  const events = quick ? 4_000 : 200_000;
  const { directory, codesFile } = await preparedCards(cards);
  const process = await startProcess(script, { args: [directory, codesFile] });
  try {
    for (let made = 0; made < events; made += filledAtOnce) {
      await process.ask("fill", Math.min(filledAtOnce, events - made));
      await process.ask("drain");
      await process.ask("requireCommitted");
    }
    /** @type {Round[]} */
    const measured = [];
    for (let round = 1; round <= rounds; round += 1) {
      const place = newPlace("rebuilt");
      const before = [await process.ask("cpuSeconds"), await process.ask("loopCpuSeconds")];
      const { seconds } = await process.ask("rebuild", place);
      const after = [await process.ask("cpuSeconds"), await process.ask("loopCpuSeconds")];
      removePlace(place);
      const [cpuSeconds = 0, loopCpuSeconds = 0] = after.map((value, nth) => value - before[nth]);
      measured.push({ seconds, cpuSeconds, loopCpuSeconds });
      console.log(`round ${round}: ${number(events / seconds)} events/s`);
    }
    return section({ cards, events, rounds: measured });
  } finally {
    await process.stop();
  }
}

/**
 * @param {{ cards: number, events: number, rounds: readonly Round[] }} measured
 * @returns {import("../harness/report.mjs").Section}
 */
function section({ cards, events, rounds }) {
  const of = (/** @type {(round: Round) => number} */ figure) => spread(rounds.map(figure));
  return {
    title: "A follower rebuilt from the ledger",
    about: [
      `${rounds.length} rounds: a follower with an empty store takes a ledger of ${number(cards)} cards and ${number(events)} write-offs,`,
      "block by block over the ledger's port, verifies all of it and has it durable. The rate counts the write-offs alone. CPU is",
      "in microseconds per write-off; the ledger, which reads the blocks, runs in a thread of the same process.",
    ],
    tables: [
      {
        head: ["events per second", "aim", "CPU, all threads", "CPU, event loop"],
        rows: [
          [
            of(({ seconds }) => events / seconds),
            "≥ 20,000",
            of(({ cpuSeconds }) => (cpuSeconds / events) * 1e6),
            of(({ loopCpuSeconds }) => (loopCpuSeconds / events) * 1e6),
          ],
        ],
      },
    ],
  };
}

import { committed, startEverything } from "../subjects/everything.mjs";
import { preparedCards } from "../subjects/prepared-cards.mjs";
import { startProcess } from "../harness/process.mjs";
import { number, spread } from "../harness/statistics.mjs";

export const name = "accepted-to-committed";

const perSecond = 300;

/**
 * @typedef {{ lagP50Ms: number, lagP99Ms: number, answerP50Ms: number, answerP99Ms: number, cpu: number,
 *   eventsPerBlock: number, sentAgain: number }} Round
 */

/**
 * How long an accepted write-off takes until it stands in the verified copy of the ledger, at a constant rate.
 * @param {import("../harness/options.mjs").Options} options
 * @returns {Promise<import("../harness/report.mjs").Section>}
 */
export async function run({ rounds, quick, profile }) {
  const cards = quick ? 5_000 : 100_000;
  const seconds = quick ? 3 : 20;
  const { directory, codesFile } = await preparedCards(cards);
  const everything = await startEverything(directory);
  const load = await startProcess(new URL("../processes/load.mjs", import.meta.url));
  try {
    const measure = async (/** @type {string} */ run, /** @type {number} */ lastingSeconds) => {
      const { process, keys } = everything;
      const { height } = await committed(everything);
      const cpuBefore = await process.ask("cpuSeconds");
      const figures = await load.ask("writeOffsAtRate", {
        url: process.url,
        apiKey: keys.acceptor,
        codesFile,
        perSecond,
        seconds: lastingSeconds,
        run,
      });
      const blocks = (await committed(everything)).height - height;
      const asked = perSecond * lastingSeconds;
      const cpu = (((await process.ask("cpuSeconds")) - cpuBefore) / asked) * 1_000;
      return { ...figures, cpu, eventsPerBlock: asked / blocks };
    };
    await measure("warm", Math.ceil(seconds / 2));
    /** @type {Round[]} */
    const measured = [];
    for (let round = 1; round <= rounds; round += 1) {
      const figures = await measure(`round${round}`, seconds);
      measured.push(figures);
      console.log(
        `round ${round}: accepted → committed p50 ${number(figures.lagP50Ms)} ms, p99 ${number(figures.lagP99Ms)} ms`,
      );
    }
    if (profile !== null) {
      await everything.process.ask("profileStart");
      await measure("profiled", seconds);
      await everything.process.ask("profileStop", `${profile}/accepted-to-committed.cpuprofile`);
    }
    return section(measured, { cards, seconds });
  } finally {
    await load.stop();
    await everything.process.stop();
  }
}

/**
 * @param {Round[]} rounds
 * @param {{ cards: number, seconds: number }} how
 * @returns {import("../harness/report.mjs").Section}
 */
function section(rounds, { cards, seconds }) {
  const of = (/** @type {keyof Round} */ figure, digits = 0) =>
    spread(
      rounds.map((round) => round[figure]),
      digits,
    );
  return {
    title: `Accepted to committed at ${perSecond} write-offs per second`,
    about: [
      `${rounds.length} rounds of ${seconds} s in one process with ${number(cards)} cards; requests come at a constant rate`,
      "whatever the answers do, and wait for COMMITTED. The lag runs from the event's own time, when it is decided, to the",
      "arrival of the COMMITTED answer; the answer time from the moment the request was due. Every answer was 200 and",
      "COMMITTED. CPU is in seconds per 1,000 write-offs, all threads, committing included.",
    ],
    tables: [
      {
        head: ["", "p50 ms", "p99 ms", "aim p50 / p99"],
        rows: [
          ["accepted → committed", of("lagP50Ms"), of("lagP99Ms"), "150 / 400"],
          ["due → committed answer", of("answerP50Ms"), of("answerP99Ms"), ""],
        ],
      },
      {
        head: ["events per block", "CPU", "sent again after a broken connection"],
        rows: [[of("eventsPerBlock", 1), of("cpu", 3), of("sentAgain")]],
      },
    ],
  };
}

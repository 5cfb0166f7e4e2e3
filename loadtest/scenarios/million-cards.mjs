import { newPlace, removePlace } from "../harness/places.mjs";
import { number } from "../harness/statistics.mjs";
import { Killable } from "../subjects/killable.mjs";
import { downloadCodes, openBatch, requireWhole, stepsOf } from "../subjects/large-batch.mjs";

export const name = "million-cards";

/** @typedef {{ what: string, seconds: number, cpuSeconds: number, loopSeconds: number }} Phase */

/**
 * One large batch on its way: generated, acquired, distributed, committed; killed meanwhile as often as is wished.
 * @param {import("../harness/options.mjs").Options} options
 * @returns {Promise<import("../harness/report.mjs").Section>}
 */
export async function run({ cards, kills, profile }) {
  const place = newPlace(name);
  const system = new Killable(`${place}/data`);
  try {
    await system.start();
    const order = await openBatch(system, cards);
    if (profile !== null) await system.ask("profileStart");
    const startedAt = performance.now();
    /** @type {Phase[]} */
    const phases = [];
    for (const { what, work } of stepsOf(system, order, kills))
      phases.push(await timed(system, what, work));
    const seconds = (performance.now() - startedAt) / 1_000;
    if (profile !== null) await system.ask("profileStop", `${profile}/${name}.cpuprofile`);
    const { peak } = system;
    const download = await downloadCodes(system, order);
    await requireWhole(system, order);
    await system.stop();
    const readySeconds = await system.start();
    await requireWhole(system, order);
    console.log(
      `total ${number(seconds, 1)} s, own memory ${number(peak.own)} MB, resident ${number(peak.whole)} MB`,
    );
    return section({ cards, kills, phases, seconds, peak, download, readySeconds });
  } finally {
    await system.stop();
    removePlace(place);
  }
}

/**
 * @param {Killable} system
 * @param {string} what
 * @param {() => Promise<void>} work
 * @returns {Promise<Phase>}
 */
async function timed(system, what, work) {
  const beganAt = performance.now();
  const before = await cpuOf(system);
  await work();
  const after = await cpuOf(system);
  const seconds = (performance.now() - beganAt) / 1_000;
  console.log(`${what} after ${number(seconds, 1)} s`);
  return {
    what,
    seconds,
    cpuSeconds: after.all - before.all,
    loopSeconds: after.loop - before.loop,
  };
}

/** CPU seconds of the process that runs now: all threads, and the event loop's. @param {Killable} system */
const cpuOf = async (system) => ({
  all: await system.ask("cpuSeconds"),
  loop: await system.ask("loopCpuSeconds"),
});

/**
 * @param {{ cards: number, kills: number, phases: Phase[], seconds: number, peak: import("../harness/memory.mjs").Memory,
 *   download: { seconds: number, parts: number }, readySeconds: number }} measured
 * @returns {import("../harness/report.mjs").Section}
 */
function section({ cards, kills, phases, seconds, peak, download, readySeconds }) {
  // A killed process takes its CPU times with it.
  const cpu = (/** @type {number} */ spent) => (kills > 0 ? "" : number(spent, 1));
  const sum = (/** @type {"cpuSeconds" | "loopSeconds"} */ figure) =>
    cpu(phases.reduce((all, phase) => all + phase[figure], 0));
  const row = (/** @type {string} */ what, /** @type {number} */ took, cpus = ["", ""]) => [
    what,
    number(took, 1),
    number(cards / took),
    ...cpus,
  ];
  return {
    title: `A batch of ${number(cards)} cards${kills > 0 ? `, killed ${kills} times` : ""}`,
    about: [
      "One batch through the product as `npm start` runs it, in one process with four cosigners and a follower that",
      "recomputes everything: generated, then acquired, then distributed, over HTTP; each step is timed until it is told",
      "to be done, the last until every event is COMMITTED in the verified copy. Each card is in three events.",
      "Afterwards the ledger's books, its law gauge and the count and hash of the downloaded codes were checked.",
      ...(kills > 0 ? ["Starting again after each kill −9 is in the times."] : []),
    ],
    tables: [
      {
        head: ["step", "seconds", "cards per second", "CPU s, all threads", "CPU s, event loop"],
        rows: [
          ...phases.map(({ what, seconds: took, cpuSeconds, loopSeconds }) =>
            row(what, took, [cpu(cpuSeconds), cpu(loopSeconds)]),
          ),
          row("**all of it** (aim ≤ 180 s a million, stretch 80 s)", seconds, [
            sum("cpuSeconds"),
            sum("loopSeconds"),
          ]),
          row(
            `download of all codes, in ${download.parts} parts, and confirmation`,
            download.seconds,
          ),
        ],
      },
      {
        head: ["", "", "aim"],
        rows: [
          ["memory of the process, largest, MB", number(peak.own), "< 800"],
          [
            "the same with the pages of its files that the kernel keeps, MB",
            number(peak.whole),
            "",
          ],
          ["ready again after a stop, seconds", number(readySeconds, 1), "≤ 5"],
        ],
      },
    ],
  };
}

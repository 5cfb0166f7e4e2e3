import { writeNewCodes } from "./codes.mjs";
import { committed, makeCards, startEverything } from "./everything.mjs";
import { startProcess } from "../harness/process.mjs";

/** Minor units; each write-off takes one. */
const balance = 1_000_000;

/**
 * A server that accepts write-offs.
 * @typedef {object} Accepting
 * @property {string} name
 * @property {string} aim of its rate against the baseline's
 * @property {import("../harness/process.mjs").BenchProcess} process
 * @property {string} codesFile
 * @property {string} apiKey
 * @property {() => Promise<void>} settled resolves when nothing that it accepted is still being worked on
 * @property {() => Promise<number>} writtenOff since it started, by its own books
 */

/**
 * @param {string} place
 * @param {number} cards
 * @returns {Promise<Accepting>}
 */
export const skeleton = (place, cards) =>
  startOwn(new URL("../processes/skeleton.mjs", import.meta.url), {
    name: "skeleton",
    aim: "",
    place,
    cards,
  });

/**
 * @param {string} place
 * @param {number} cards
 * @returns {Promise<Accepting>}
 */
export const writeOffAlone = (place, cards) =>
  startOwn(new URL("../processes/write-off-alone.mjs", import.meta.url), {
    name: "write-off alone",
    aim: "≥ 0.65",
    place,
    cards,
  });

/**
 * @param {URL} script
 * @param {{ name: string, aim: string, place: string, cards: number }} given
 * @returns {Promise<Accepting>}
 */
async function startOwn(script, { name, aim, place, cards }) {
  const directory = `${place}/${name.replaceAll(" ", "-")}`;
  const codesFile = `${directory}.codes`;
  const apiKey = "sk_bench";
  writeNewCodes(codesFile, cards);
  const process = await startProcess(script, {
    args: [directory, codesFile, String(balance), apiKey],
  });
  return {
    name,
    aim,
    process,
    codesFile,
    apiKey,
    settled: () => Promise.resolve(),
    writtenOff: () => process.ask("writtenOff"),
  };
}

/**
 * @param {string} place
 * @param {number} cards
 * @returns {Promise<Accepting>}
 */
export async function oneProcess(place, cards) {
  const everything = await startEverything(`${place}/one-process`);
  const codesFile = `${place}/one-process.codes`;
  await makeCards(everything, { count: cards, faceValue: balance, codesFile });
  const writtenOff = async () => Number((await committed(everything)).totals.writtenOff);
  // The walk of its first start wrote something off already.
  const before = await writtenOff();
  return {
    name: "one process",
    aim: "≥ 0.4",
    process: everything.process,
    codesFile,
    apiKey: everything.keys.acceptor,
    settled: async () => void (await committed(everything)),
    writtenOff: async () => (await writtenOff()) - before,
  };
}

import { committed, makeCards, startEverything } from "./everything.mjs";
import { newPlace } from "../harness/places.mjs";
import { number } from "../harness/statistics.mjs";

/** Minor units; each write-off takes one. */
const faceValue = 10_000;

/**
 * A data directory of the product whose ledger knows this many distributed cards, and their codes, one a line. Nobody
 * has it open.
 * @typedef {{ directory: string, codesFile: string }} PreparedCards
 */

/** @type {Map<number, Promise<PreparedCards>>} */
const prepared = new Map();

/**
 * Made once by the product itself, over HTTP; scenarios use it one after the other.
 * @param {number} count
 */
export function preparedCards(count) {
  const known = prepared.get(count) ?? prepare(count);
  prepared.set(count, known);
  return known;
}

/** @param {number} count @returns {Promise<PreparedCards>} */
async function prepare(count) {
  const place = newPlace(`${count}-cards`);
  const [directory, codesFile] = [`${place}/data`, `${place}/codes.txt`];
  const everything = await startEverything(directory);
  try {
    const startedAt = performance.now();
    await makeCards(everything, { count, faceValue, codesFile });
    await committed(everything);
    const seconds = (performance.now() - startedAt) / 1_000;
    console.log(
      `${number(count)} cards generated, acquired, distributed and committed in ${number(seconds, 1)} s`,
    );
  } finally {
    await everything.process.stop();
  }
  return { directory, codesFile };
}

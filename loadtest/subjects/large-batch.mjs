import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { number } from "../harness/statistics.mjs";
import { committed } from "./everything.mjs";

const programId = "large";
const faceValue = 1_000;
const lookEveryMs = 100;
/** Bytes of a code and its line's end. */
const lineBytes = 30;
/** Cards a second of a step that is slower than it should be: kills fall into the time that it would take. */
const slowestPerSecond = 60_000;
/** Parts in which the codes are downloaded: each breaks off in the middle of a line, and the next goes on. */
const downloadParts = 4;

/** @typedef {import("./killable.mjs").Killable} Killable */
/** @typedef {{ batchId: string, cards: number, loadedBefore: bigint }} Order */

/** Orders a batch. @param {Killable} system @param {number} cards @returns {Promise<Order>} */
export async function openBatch(system, cards) {
  const { totals } = await system.answer(committed);
  const batchId = await system.answer(async ({ client, keys }) => {
    const issuer = client.as(keys.issuer);
    const terms = { refundWindowDays: 30, showBalance: true, spendByCodeWhenBound: true };
    await issuer.createProgram(
      { programId, kind: "GIFT_CARD", unit: "EUR", issuer: "issuer", ...terms },
      { key: "large program" },
    );
    const order = { programId, count: cards, faceValue };
    return (await issuer.createBatch(order, { key: "large batch" })).body.batch.batchId;
  });
  return { batchId, cards, loadedBefore: BigInt(totals.loaded) };
}

/**
 * The batch's way, step by step. Kills fall into the three steps in turn.
 * @param {Killable} system
 * @param {Order} order
 * @param {number} kills
 */
export function stepsOf(system, order, kills) {
  const { batchId, cards } = order;
  /** @param {number} nth @param {() => Promise<number | null>} look null while it goes on */
  const until = (nth, look) => async () => {
    const killing = killDuring(system, { cards, kills, nth });
    for (let done = await look(); done !== cards; done = await look()) {
      if (done !== null) throw new Error(`${done} cards of ${cards} took the step`);
      await sleep(lookEveryMs);
    }
    await killing.end();
  };
  const generated = () =>
    system.answer(async ({ client, keys }) => {
      const { body } = await client.as(keys.issuer).batch(batchId);
      return body.status === "GENERATED" ? body.generated : null;
    });
  const taken = (/** @type {"acquire" | "distribute"} */ act) => () =>
    system.answer(async ({ client, keys }) => {
      const distributor = client.as(keys.distributor);
      const key = `large ${act}`;
      const { body } =
        act === "acquire"
          ? await distributor.acquire(batchId, { distributor: "distributor" }, { key })
          : await distributor.distribute(batchId, { cards: "ALL" }, { key });
      return "cards" in body && !("status" in body) ? body.cards : null;
    });
  return [
    { what: "generated", work: until(0, generated) },
    { what: "acquired", work: until(1, taken("acquire")) },
    { what: "distributed", work: until(2, taken("distribute")) },
    { what: "committed", work: () => requireWhole(system, order) },
  ];
}

/**
 * Kills the system at random moments of one step, as often as falls to it; the rest of a step that was too short is left.
 * @param {Killable} system
 * @param {{ cards: number, kills: number, nth: number }} step
 */
function killDuring(system, { cards, kills, nth }) {
  const mine = Math.floor(kills / 3) + (nth < kills % 3 ? 1 : 0);
  const ending = new AbortController();
  const run = async () => {
    for (let kill = 1; kill <= mine; kill += 1) {
      const waitMs = Math.random() * Math.max(200, (cards / slowestPerSecond) * 1_000);
      await sleep(waitMs, undefined, { signal: ending.signal }).catch(() => undefined);
      if (ending.signal.aborted) return;
      const seconds = await system.killAndStart();
      console.log(`killed after ${number(waitMs)} ms, ready again after ${number(seconds, 1)} s`);
    }
  };
  const done = run();
  return {
    end: async () => {
      ending.abort();
      await done;
    },
  };
}

/**
 * Downloads all codes, breaking off and going on by offset, and confirms them.
 * @param {Killable} system
 * @param {Order} order
 */
export async function downloadCodes(system, { batchId, cards }) {
  const startedAt = performance.now();
  const hash = createHash("sha256");
  let bytes = 0;
  for (let part = 1; part <= downloadParts; part += 1) {
    const untilBytes =
      part === downloadParts
        ? cards * lineBytes
        : Math.floor((cards * lineBytes * part) / downloadParts);
    const offset = Math.floor(bytes / lineBytes);
    let skip = bytes - offset * lineBytes;
    const url = await system.answer(async ({ process }) => process.url);
    const key = await system.answer(async ({ keys }) => keys.issuer);
    const answer = await fetch(`${url}/v1/batches/${batchId}/codes?offset=${offset}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    if (answer.status !== 200 || answer.body === null) throw new Error(`codes: ${answer.status}`);
    for await (const piece of answer.body) {
      const wanted = piece.subarray(skip, skip + untilBytes - bytes);
      skip = Math.max(0, skip - piece.length);
      hash.update(wanted);
      bytes += wanted.length;
      if (bytes >= untilBytes) break;
    }
  }
  const sha256 = hash.digest("hex");
  const downloaded = (performance.now() - startedAt) / 1_000;
  await system.answer(({ client, keys }) =>
    client.as(keys.issuer).confirmCodes(batchId, { count: cards, sha256 }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  console.log(
    `codes: downloaded in ${number(downloaded, 1)} s, confirmed after ${number(seconds, 1)} s`,
  );
  return { seconds, parts: downloadParts };
}

/**
 * Waits until the verified copy's own books have all of it: so many cards, each loaded once, and nothing left over.
 * @param {Killable} system
 * @param {Order} order
 */
export async function requireWhole(system, { cards, loadedBefore }) {
  const due = loadedBefore + BigInt(cards) * BigInt(faceValue);
  for (;;) {
    const { totals, lawGauge, rejections } = await system.answer(committed);
    const loaded = BigInt(totals.loaded);
    if (loaded > due || lawGauge !== "0" || rejections !== 0)
      throw new Error(`the books are wrong: ${JSON.stringify({ totals, lawGauge, rejections })}`);
    // The ledger has all events; the copy that checks them may be a block behind.
    if (loaded === due) return;
    await sleep(lookEveryMs);
  }
}

import { ScripClient } from "@scrip/client";
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { startProcess } from "../harness/process.mjs";

const main = new URL("../../services/all/dist/main.js", import.meta.url);
const lookEveryMs = 20;
const waitMaxMs = 1_800_000;

/**
 * The product as `npm start` runs it: every service in one process on one port.
 * @typedef {object} Everything
 * @property {import("../harness/process.mjs").BenchProcess} process
 * @property {ScripClient} client knows no key
 * @property {import("@scrip/client").RoleKeys} keys
 */

/** @param {string} directory @returns {Promise<Everything>} */
export async function startEverything(directory) {
  const process = await startProcess(main, {
    env: { SCRIP_DATA_DIR: directory, SCRIP_PORT: "0", SCRIP_LOG_LEVEL: "warn" },
    // Its first start ends with the walk of one card.
    readyWhen: /^ready (\S+)$[\s\S]*^serving/m,
  });
  const keys = JSON.parse(readFileSync(`${directory}/keys.json`, "utf8"));
  return { process, keys, client: new ScripClient({ baseUrl: process.url }) };
}

/**
 * Registers who will accept them, has cards generated, acquired and distributed over HTTP, and writes their codes down,
 * one a line.
 * @param {Everything} everything
 * @param {{ count: number, faceValue: number, codesFile: string }} order
 */
export async function makeCards({ client, keys }, { count, faceValue, codesFile }) {
  const issuer = client.as(keys.issuer);
  const distributor = client.as(keys.distributor);
  const operator = client.as(keys.operator);
  await operator.registerParticipant({ participantId: "acceptor" }, { key: "bench acceptor" });
  const program = { programId: "bench", kind: "GIFT_CARD", unit: "EUR", issuer: "issuer" };
  const terms = { refundWindowDays: 30, showBalance: true, spendByCodeWhenBound: true };
  await issuer.createProgram(/** @type {any} */ ({ ...program, ...terms }), {
    key: "bench program",
  });
  const { body } = await issuer.createBatch(
    { programId: program.programId, count, faceValue },
    { key: "bench batch" },
  );
  const { batchId } = body.batch;
  await until("the cards are generated", async () => {
    return (await issuer.batch(batchId)).body.status === "GENERATED";
  });
  const codes = [];
  for await (const code of issuer.codes(batchId)) codes.push(code);
  writeFileSync(codesFile, `${codes.join("\n")}\n`);
  await until("the cards are acquired", async () => {
    const step = await distributor.acquire(
      batchId,
      { distributor: "distributor" },
      { key: "bench acquire" },
    );
    return !("status" in step.body);
  });
  await until("the cards are distributed", async () => {
    const step = await distributor.distribute(
      batchId,
      { cards: "ALL" },
      { key: "bench distribute" },
    );
    return !("status" in step.body);
  });
  if (codes.length !== count) throw new Error(`${count} cards, but ${codes.length} codes`);
}

/**
 * Waits until everything accepted stands in the verified copy of the ledger.
 * @param {Everything} everything
 */
export async function committed({ client, keys }) {
  const operator = client.as(keys.operator);
  let status = (await operator.ledgerStatus()).body;
  await until("everything accepted is committed", async () => {
    status = (await operator.ledgerStatus()).body;
    return status.lag.outboxDepth === 0;
  });
  return status;
}

/**
 * @param {string} what
 * @param {() => Promise<boolean>} look
 */
async function until(what, look) {
  for (let waitedMs = 0; waitedMs < waitMaxMs; waitedMs += lookEveryMs) {
    if (await look()) return;
    await sleep(lookEveryMs);
  }
  throw new Error(`waited in vain: ${what}`);
}

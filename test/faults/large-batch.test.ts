import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  cardIdOfCode,
  formatCardId,
  parseCode,
  type BatchAnswer,
  type BatchStep,
} from "@scrip/wire";
import { sha256Ed25519 } from "@scrip/signing";
import { afterAll, expect, it } from "vitest";
import { ask, expectStatus } from "../stage/http.ts";
import { Random } from "../stage/random.ts";
import { loadSpare, startScrip, type RunningScrip } from "../stage/running-scrip.ts";
import { openProgram } from "../stage/stock.ts";
import { temporaryDirectory } from "../stage/temporary.ts";

const seed = Number(process.env["SCRIP_TEST_SEED"] ?? Date.now() % 1_000_000);
const count = 20_000;
const faceValue = 250;
const early = 100;
const programId = "large";
const lineBytes = 30;
const directory = temporaryDirectory("large-batch");
const dataDir = join(directory.path, "data");
const codesFile = join(directory.path, "codes.txt");
const scripCommand = join(import.meta.dirname, "..", "..", "services", "cli", "bin", "scrip.mjs");
let scrip: RunningScrip;
let spare: ReturnType<typeof loadSpare>;

afterAll(async () => {
  await scrip.kill();
  spare.kill();
  directory.remove();
});

it(`takes ${count} cards all the way when killed in each step, and brings their codes down when killed meanwhile (seed ${seed})`, async () => {
  const random = new Random(seed);
  scrip = await startScrip(dataDir);
  spare = loadSpare(dataDir);
  const loadedBefore = BigInt((await ledgerStatus()).totals.loaded);
  await openProgram(scrip, { programId, kind: "GIFT_CARD" });
  const batchId = await order();

  await killedWhen(batchId, ({ generated }) => generated > random.whole(0, count / 2));
  // Nobody asks for it: it goes on by itself.
  const made = await until(batchId, ({ status }) => status === "GENERATED");
  expect(made.generated).toBe(count);

  const codes = await downloaded(batchId);
  const ids = codes.map((code) => formatCardId(cardIdOfCode(sha256Ed25519.hash, codeOf(code))));
  expect(new Set(ids).size).toBe(count);
  // Some cards are given out before the others, and cannot take a later step: they are left out, and listed.
  const first = await step(batchId, "distribute", {
    cards: ids.slice(0, early),
    distributor: "north",
  });
  expect(first).toMatchObject({ cards: early });

  for (const act of ["acquire", "distribute"] as const) {
    const body = act === "acquire" ? { distributor: "north" } : { cards: "ALL" };
    // The kill takes the answer with it.
    const lost = step(batchId, act, body).catch(() => undefined);
    const mine = ({ steps }: BatchAnswer): BatchStep | undefined =>
      steps.find((one) => one.act === act.toUpperCase());
    await killedWhen(batchId, (batch) => (mine(batch)?.cards ?? 0) > random.whole(0, count / 2));
    await lost;
    const far = mine(await until(batchId, (batch) => mine(batch)?.status === "DONE"));
    expect(far).toMatchObject({ cards: count - early, leftOutCount: early });
    // The key whose answer was lost hears it.
    expect(await step(batchId, act, body)).toMatchObject({ cards: count - early });
    expect((await leftOut(batchId, act)).toSorted()).toEqual(ids.slice(0, early).toSorted());
  }

  const after = await committed(loadedBefore + BigInt(count * faceValue));
  expect([after.lawGauge, after.rejections]).toEqual(["0", 0]);
  await confirmed(batchId, codes);
});

async function ledgerStatus() {
  const { url, keys } = scrip;
  return (await expectStatus(`${url}/v1/ledger/status`, { key: keys.operator }, 200)).json;
}

/** Waits until the verified copy has it all; what is too much never passes. */
async function committed(loaded: bigint) {
  for (;;) {
    const status = await ledgerStatus();
    const now = BigInt(status.totals.loaded);
    expect(now).toBeLessThanOrEqual(loaded);
    if (now === loaded && status.lag.outboxDepth === 0) return status;
    await sleep(50);
  }
}

async function order(): Promise<string> {
  const body = { programId, count, faceValue };
  const asked = { key: scrip.keys.issuer, idempotencyKey: "large order", body };
  return (await expectStatus(`${scrip.url}/v1/batches`, asked, 202)).json.batch.batchId as string;
}

async function look(batchId: string): Promise<BatchAnswer> {
  const asked = { key: scrip.keys.issuer };
  return (await expectStatus(`${scrip.url}/v1/batches/${batchId}`, asked, 200)).json as BatchAnswer;
}

async function until(batchId: string, far: (batch: BatchAnswer) => boolean): Promise<BatchAnswer> {
  for (;;) {
    const batch = await look(batchId);
    if (far(batch)) return batch;
    await sleep(10);
  }
}

/** Kills the system as soon as the batch is so far, and starts it again. */
async function killedWhen(batchId: string, far: (batch: BatchAnswer) => boolean): Promise<void> {
  const batch = await until(batchId, far);
  const done = (one: { status: string }) => ["GENERATED", "DONE"].includes(one.status);
  // A kill when all is done would show nothing.
  expect([batch, ...batch.steps].every(done)).toBe(false);
  await scrip.kill();
  scrip = await startScrip(dataDir, { until: "ready", spare });
  spare = loadSpare(dataDir);
}

/** Asks under one key until the step is done. */
async function step(batchId: string, act: "acquire" | "distribute", body: object) {
  for (;;) {
    const { status, json } = await ask(`${scrip.url}/v1/batches/${batchId}/${act}`, {
      key: scrip.keys.distributor,
      idempotencyKey: `large ${act} ${JSON.stringify(body).slice(0, 100)}`,
      body,
    });
    if (status === 200) return json as { cards: number; leftOutCount: number };
    if (status !== 202) throw new Error(`${act}: ${status} ${JSON.stringify(json)}`);
    await sleep(50);
  }
}

async function leftOut(batchId: string, act: string): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor = ""; ;) {
    const url = `${scrip.url}/v1/batches/${batchId}/left-out?step=${act}&limit=33${cursor}`;
    const { json } = await expectStatus(url, { key: scrip.keys.issuer }, 200);
    ids.push(...json.cards.map((card: { cardId: string }) => card.cardId));
    if (json.nextCursor === null) return ids;
    cursor = `&cursor=${json.nextCursor as string}`;
  }
}

/** The codes as `scrip batch codes` brings them, the command being killed in the middle of it. */
async function downloaded(batchId: string): Promise<string[]> {
  const first = command("batch", "codes", batchId, "--out", codesFile);
  const part = `${codesFile}.part`;
  while (first.child.exitCode === null && !(existsSync(part) && statSync(part).size > 0))
    await sleep(1);
  first.child.kill("SIGKILL");
  await first.ended;
  const again = command("batch", "codes", batchId, "--out", codesFile);
  expect(await again.ended).toBe(0);
  const text = readFileSync(codesFile, "utf8");
  expect(text.length).toBe(count * lineBytes);
  expect(again.out.join("")).toBe(`codes   ${count}\nsha256  ${hashOf(text)}\n`);
  return text.trimEnd().split("\n");
}

/** Confirms by the command, whose answer may be lost: the same again is confirmed again, anything else is too late. */
async function confirmed(batchId: string, codes: readonly string[]): Promise<void> {
  for (const _ of [1, 2]) {
    const { ended } = command("batch", "codes", batchId, "--out", codesFile, "--confirm");
    expect(await ended).toBe(0);
  }
  const at = `${scrip.url}/v1/batches/${batchId}/codes`;
  const key = scrip.keys.issuer;
  await expectStatus(at, { key }, 410);
  const other = { count, sha256: hashOf(`${codes.toReversed().join("\n")}\n`) };
  await expectStatus(`${at}/confirm`, { key, body: other }, 410);
}

function command(...args: readonly string[]) {
  const child = spawn(process.execPath, [scripCommand, ...args, "--url", scrip.url], {
    env: { ...process.env, SCRIP_DATA_DIR: dataDir },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const out: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => void out.push(text));
  return { child, out, ended: once(child, "close").then(() => child.exitCode) };
}

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

function codeOf(text: string) {
  const code = parseCode(text);
  if (code === null) throw new Error("a line that is no code");
  return code;
}

import { createHash } from "node:crypto";
import { afterAll, expect, it } from "vitest";
import { Progress } from "../stage/progress.ts";
import { Random } from "../stage/random.ts";
import { temporaryDirectory } from "../stage/temporary.ts";
import { Books } from "./books.ts";
import { setStage } from "./stage.ts";
import { Workload } from "./workload.ts";
import { World } from "./world.ts";

const operations = 200;
/** Enough to tell two runs apart. */
const operationsOfTwin = 60;
const restarts = ["IN_ORDER", "CRASH", "WITHOUT_COPY"] as const;
const restartChance = 0.02;
const cards = 12;
const faceValue = 600;
const holders = ["h-1", "h-2", "h-3", "h-4"];
const given = process.env["SCRIP_TEST_SEED"];
const fresh = Date.now() % 1_000_000;
const seeds = given === undefined ? [1, fresh] : [Number(given)];
const directory = temporaryDirectory("simulation");

afterAll(() => directory.remove());

interface Run {
  /** Of every answer and of every stream: the same seed gives the same. */
  readonly fingerprint: string;
  readonly faults: ReadonlyMap<string, number>;
  readonly restarts: number;
}

let runs = 0;
async function run(seed: number, operations: number): Promise<Run> {
  runs += 1;
  const random = new Random(seed);
  const world = new World(seed, `${directory.path}/${runs}`);
  await world.start();
  try {
    const codes = await setStage(world, { cards, faceValue });
    const books = new Books();
    for (const card of codes.keys()) books.open(`card ${card}`, faceValue);
    const workload = new Workload(world, books, { seed: seed + 1, codes, holders });
    const progress = new Progress(`seed ${seed}, operations`, operations);
    world.faults.armed = true;
    let restarted = 0;
    for (let count = 0; count < operations; count += 1) {
      await workload.step();
      progress.step();
      if (random.next() >= restartChance) continue;
      await world.restart(random.pick(restarts));
      restarted += 1;
    }
    world.faults.armed = false;
    await auditLedger(world, books, workload.codes);
    const facts = JSON.stringify([workload.log, world.streams()]);
    const fingerprint = createHash("sha256").update(facts).digest("hex");
    return { fingerprint, faults: world.faults.met, restarts: restarted };
  } finally {
    world.faults.armed = false;
    await world.stop();
  }
}

/** The ledger, the query service and the wallets say what the books say, to the unit. */
async function auditLedger(world: World, books: Books, codes: readonly string[]): Promise<void> {
  const operator = { role: "operator" };
  // Everything that will ever be due is, and there is nobody but the sweeper to say so.
  world.clock.advance(86_400_000);
  books.pass(world.clock.nowMs());
  await world.sweep();
  const status = async () => (await world.ask("GET", "/v1/ledger/status", operator)).json;
  while ((await status()).lag.outboxDepth > 0) await pause();
  for (const eventId of books.events) {
    while ((await world.ask("GET", `/v1/events/${eventId}/proof`)).status !== 200) await pause();
  }
  const { totals, lawGauge, rejections, cards: onLedger } = await status();
  expect(lawGauge).toBe("0");
  expect(rejections).toBe(0);
  expect(Number(totals.loaded)).toBe(books.loaded);
  expect(Number(totals.writtenOff)).toBe(books.writtenOff);
  expect(Number(totals.refunded)).toBe(books.refunded);
  for (const sum of ["adjusted", "expired", "cancelled"] as const)
    expect([sum, Number(totals[sum])]).toEqual([sum, books[sum]]);
  expect(totals.movedIn).toBe(totals.movedOut);
  const held = [...books.accounts.values()].reduce((sum, { balance }) => sum + balance, 0);
  expect(Number(totals.available)).toBe(held);
  const { text: metrics } = { text: String((await world.ask("GET", "/metrics")).json) };
  expect(metrics).toMatch(/^scrip_ledger_repeated_operations_total 0$/m);
  expect(metrics).toMatch(/^scrip_follow_stopped 0$/m);
  for (const [card, code] of codes.entries()) {
    const verified = (await world.ask("POST", "/v1/verify", { body: { code, amount: 1 } })).json;
    const balance = books.balanceOf(`card ${card}`);
    expect(verified.confirmed).toBe(balance > 0 && books.isOpen(`card ${card}`));
    if (verified.confirmed !== true) continue;
    const at = `/v1/cards/${verified.cardId}`;
    expect((await world.ask("GET", at, operator)).json.balances.balance).toBe(balance);
  }
  let lots = 0;
  for (const holder of holders) {
    const wallet = await world.ask("GET", `/v1/wallets/${holder}`, { role: "issuer" });
    expect(wallet.json.balances?.[0]?.balance ?? 0, holder).toBe(books.balanceOf(holder));
    lots += wallet.json.cards?.length ?? 0;
  }
  expect(onLedger).toBeGreaterThanOrEqual(codes.length + lots);
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 10));

it.each(seeds)("keeps the books of seed %i through faults and restarts", async (seed) => {
  const { faults, restarts: restarted } = await run(seed, operations);
  const met = [...faults].map(([what, times]) => `${what} ${times}×`).join(", ");
  process.stderr.write(`  seed ${seed}: ${restarted} restarts; ${met}\n`);
  expect(faults.get("store.save failed AFTER") ?? 0).toBeGreaterThan(0);
  expect(faults.get("store.save failed BEFORE") ?? 0).toBeGreaterThan(0);
  expect(faults.size).toBeGreaterThan(4);
});

it("is the same run when it is given the same seed", async () => {
  const [seed = 1] = seeds;
  const first = await run(seed, operationsOfTwin);
  expect((await run(seed, operationsOfTwin)).fingerprint).toBe(first.fingerprint);
  expect((await run(seed + 1, operationsOfTwin)).fingerprint).not.toBe(first.fingerprint);
});

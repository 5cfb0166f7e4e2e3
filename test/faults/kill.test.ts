import { afterAll, expect, it } from "vitest";
import { concurrently } from "../stage/concurrently.ts";
import { expectStatus } from "../stage/http.ts";
import { Progress } from "../stage/progress.ts";
import { Random } from "../stage/random.ts";
import { loadSpare, startScrip, type RunningScrip } from "../stage/running-scrip.ts";
import { openProgram, stockCards } from "../stage/stock.ts";
import { temporaryDirectory } from "../stage/temporary.ts";
import { Auditor } from "./auditor.ts";
import { send, Workload } from "./load.ts";

const seed = Number(process.env["SCRIP_TEST_SEED"] ?? Date.now() % 1_000_000);
const kills = 30;
const workers = 8;
const pointsProgram = "crash-points";
const directory = temporaryDirectory("kill");
let scrip: RunningScrip;
let spare = loadSpare(directory.path);

afterAll(async () => {
  await scrip.kill();
  spare.kill();
  directory.remove();
});

it(`loses nothing and does nothing twice when killed ${kills} times under load (seed ${seed})`, async () => {
  const random = new Random(seed);
  scrip = await startScrip(directory.path);
  const before = await ledgerStatus();
  const { codes } = await stockCards(scrip, {
    programId: "crash",
    count: 40,
    faceValue: 2_000,
    confirm: true,
  });
  await openProgram(scrip, { programId: pointsProgram, kind: "POINTS" });

  const auditor = new Auditor();
  for (const [index] of codes.entries()) auditor.open(`card ${index}`, 2_000);
  const holders = Array.from({ length: 10 }, (_, index) => `holder-${index}`);
  const workload = new Workload(random, auditor, { codes, holders, pointsProgram });

  const progress = new Progress("kills", kills);
  for (let kill = 0; kill < kills; kill += 1) {
    const operations = random.whole(5, 50);
    await underLoad(workload, operations, random.whole(0, 60));
    scrip = await startScrip(directory.path, { until: "ready", spare });
    spare = loadSpare(directory.path);
    progress.step();
  }
  // What was sent and never answered is sent again with its key until it is.
  await concurrently(auditor.booked, workers, async (operation) => {
    while (operation.status === undefined) await send(scrip, operation);
  });
  expect(auditor.done("WRITE_OFF").length).toBeGreaterThan(kills);

  // Everything acknowledged is there: the same key gets the same answer, id and event included (or `send` throws).
  const answered = await concurrently(auditor.booked, workers, (one) => send(scrip, one));
  expect(answered).not.toContain(false);
  await allCommitted(auditor);
  await balancesMatch(auditor, codes, holders);

  const after = await ledgerStatus();
  const moved = (name: string) => Number(BigInt(after.totals[name]) - BigInt(before.totals[name]));
  expect(moved("writtenOff")).toBe(auditor.sum("WRITE_OFF"));
  expect(moved("refunded")).toBe(auditor.sum("REFUND"));
  expect(moved("loaded")).toBe(codes.length * 2_000 + auditor.sum("GRANT"));
  expect(after.lawGauge).toBe("0");
  expect(after.rejections).toBe(0);
});

async function ledgerStatus() {
  const { url, keys } = scrip;
  return (await expectStatus(`${url}/v1/ledger/status`, { key: keys.operator }, 200)).json;
}

/** Sends so many operations from several workers, and kills the system `afterMs` into the last of them. */
async function underLoad(workload: Workload, operations: number, afterMs: number): Promise<void> {
  const load: { left: number; gone: boolean; running?: Promise<unknown> } = {
    left: operations,
    gone: false,
  };
  const allSent = new Promise<void>((resolve) => {
    const worker = async (): Promise<void> => {
      while (!load.gone) {
        load.left -= 1;
        if (load.left <= 0) resolve();
        // A retryable no: the next kill is near, and the key is sent again at the end.
        if (!(await send(scrip, workload.next()))) return resolve();
      }
    };
    load.running = Promise.all(Array.from({ length: workers }, worker));
  });
  await allSent;
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  await scrip.kill();
  load.gone = true;
  await load.running;
}

async function allCommitted(auditor: Auditor): Promise<void> {
  const eventIds = auditor.booked.flatMap(({ eventId }) => eventId ?? []);
  await concurrently(eventIds, workers, async (eventId) => {
    for (;;) {
      const url = `${scrip.url}/v1/events/${eventId}/proof`;
      const { status } = await expectStatus(url, {}, 200, 404);
      if (status === 200) break;
    }
  });
}

async function balancesMatch(
  auditor: Auditor,
  codes: readonly string[],
  holders: readonly string[],
): Promise<void> {
  const { url, keys } = scrip;
  for (const [index, code] of codes.entries()) {
    const verified = (await expectStatus(`${url}/v1/verify`, { body: { code, amount: 1 } }, 200))
      .json;
    const expected = auditor.balance(`card ${index}`);
    if (expected === 0) {
      expect(verified).toEqual({ confirmed: false });
      continue;
    }
    const card = (
      await expectStatus(`${url}/v1/cards/${verified.cardId}`, { key: keys.regulator }, 200)
    ).json;
    expect(card.balances.balance, `card ${index}`).toBe(expected);
  }
  for (const holder of holders) {
    const wallet = await expectStatus(
      `${url}/v1/wallets/${holder}`,
      { key: keys.issuer },
      200,
      404,
    );
    const balance = wallet.json.balances?.[0]?.balance ?? 0;
    expect(balance, holder).toBe(auditor.balance(holder));
  }
}

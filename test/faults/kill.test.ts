import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { expectStatus } from "../stage/http.ts";
import { Random } from "../stage/random.ts";
import { startScrip, type RunningScrip } from "../stage/running-scrip.ts";
import { stockCards } from "../stage/stock.ts";
import { Auditor } from "./auditor.ts";
import { send, Workload } from "./load.ts";

const seed = Number(process.env["SCRIP_TEST_SEED"] ?? Date.now() % 1_000_000);
const kills = 30;
const workers = 8;
const pointsProgram = "crash-points";
const dataDir = mkdtempSync(join(tmpdir(), "scrip-kill-"));
let scrip: RunningScrip;

afterAll(async () => {
  await scrip.kill();
  rmSync(dataDir, { recursive: true, force: true });
});

it(`loses nothing and does nothing twice when killed ${kills} times under load (seed ${seed})`, async () => {
  const random = new Random(seed);
  scrip = await startScrip(dataDir);
  const before = (
    await expectStatus(`${scrip.url}/v1/ledger/status`, { key: scrip.keys.operator }, 200)
  ).json;
  const { codes } = await stockCards(scrip, {
    programId: "crash",
    count: 40,
    faceValue: 2_000,
    confirm: true,
  });
  const points = {
    programId: pointsProgram,
    kind: "POINTS",
    unit: "PTS",
    issuer: "acme",
    refundWindowDays: 90,
    showBalance: false,
  };
  await expectStatus(
    `${scrip.url}/v1/programs`,
    { key: scrip.keys.issuer, idempotencyKey: "points", body: points },
    201,
    202,
  );

  const auditor = new Auditor();
  for (const [index] of codes.entries()) auditor.open(`card ${index}`, 2_000);
  const holders = Array.from({ length: 10 }, (_, index) => `holder-${index}`);
  const workload = new Workload(random, auditor, { codes, holders, pointsProgram });

  for (let kill = 0; kill < kills; kill += 1) {
    const operations = random.whole(5, 120);
    await underLoad(workload, operations, random.whole(0, 60));
    scrip = await startScrip(dataDir, { until: "ready" });
  }
  // What was sent and never answered is sent again with its key until it is.
  for (const operation of auditor.booked) {
    while (operation.status === undefined) await send(scrip, operation);
  }
  expect(auditor.done("WRITE_OFF").length).toBeGreaterThan(kills);

  // Everything acknowledged is there: the same key gets the same answer, id and event included (or `send` throws).
  for (const operation of auditor.booked) expect(await send(scrip, operation)).toBe(true);
  await allCommitted(auditor);
  await balancesMatch(auditor, codes, holders);

  const after = (
    await expectStatus(`${scrip.url}/v1/ledger/status`, { key: scrip.keys.operator }, 200)
  ).json;
  const moved = (name: string) => Number(BigInt(after.totals[name]) - BigInt(before.totals[name]));
  expect(moved("writtenOff")).toBe(auditor.sum("WRITE_OFF"));
  expect(moved("refunded")).toBe(auditor.sum("REFUND"));
  expect(moved("loaded")).toBe(codes.length * 2_000 + auditor.sum("GRANT"));
  expect(after.lawGauge).toBe("0");
  expect(after.rejections).toBe(0);
});

/** Sends so many operations from several workers, and kills the system `afterMs` into the last of them. */
async function underLoad(workload: Workload, operations: number, afterMs: number): Promise<void> {
  let left = operations;
  let gone = false;
  const worker = async () => {
    while (!gone) {
      if (left > 0) left -= 1;
      const done = await send(scrip, workload.next());
      if (!done) return;
    }
  };
  const running = Array.from({ length: workers }, worker);
  while (left > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  await scrip.kill();
  gone = true;
  await Promise.all(running);
}

async function allCommitted(auditor: Auditor): Promise<void> {
  for (const { eventId } of auditor.booked) {
    if (eventId === undefined) continue;
    for (;;) {
      const url = `${scrip.url}/v1/events/${eventId}/proof`;
      const { status } = await expectStatus(url, {}, 200, 404);
      if (status === 200) break;
    }
  }
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
    expect(card.balance, `card ${index}`).toBe(expected);
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

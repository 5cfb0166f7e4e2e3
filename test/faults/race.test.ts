import { afterAll, beforeAll, expect, it } from "vitest";
import { ask, expectStatus } from "../stage/http.ts";
import { Progress } from "../stage/progress.ts";
import { startScrip, type RunningScrip } from "../stage/running-scrip.ts";
import { stockCards } from "../stage/stock.ts";
import { temporaryDirectory } from "../stage/temporary.ts";

const rounds = 10;
const atOnce = 64;
const units = 50;
const directory = temporaryDirectory("race");
let scrip: RunningScrip;
let codes: readonly string[];

beforeAll(async () => {
  scrip = await startScrip(directory.path);
  const order = { programId: "race", count: 2 * rounds, faceValue: units };
  ({ codes } = await stockCards(scrip, order));
});
afterAll(async () => {
  await scrip.kill();
  directory.remove();
});

async function sell(card: number, idempotencyKey: string) {
  const body = { acceptor: "store-1", amount: 1, tenders: [{ code: codes[card] }] };
  return await ask(`${scrip.url}/v1/write-offs`, {
    key: scrip.keys.acceptor,
    idempotencyKey,
    body,
  });
}

const manyAtOnce = <Result>(act: (one: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: atOnce }, (_, one) => act(one)));

it(`${atOnce} write-offs of one unit at once against ${units} units: ${units} succeed, ${rounds} times over`, async () => {
  const progress = new Progress("rounds", rounds);
  for (let round = 0; round < rounds; round += 1) {
    const answers = await manyAtOnce((one) => sell(round, `race ${round} ${one}`));
    const good = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(good).toHaveLength(units);
    expect(refused).toHaveLength(atOnce - units);
    for (const { status, json } of refused) {
      expect([status, json.code, json.retryable]).toEqual([402, "BALANCE_INSUFFICIENT", false]);
      expect(json.available).toBe(0);
    }
    // Each success saw another balance: 49, 48 … 0.
    const left = good.map(({ json }) => json.balances[0].balance as number).sort((a, b) => a - b);
    expect(left).toEqual(Array.from({ length: units }, (_, balance) => balance));
    expect(new Set(good.map(({ json }) => json.eventId)).size).toBe(units);
    const id = good[0]?.json.operation.cards[0].cardId as string;
    await committed(good.map(({ json }) => json.eventId as string));
    const at = `${scrip.url}/v1/cards/${id}`;
    const card = (await expectStatus(at, { key: scrip.keys.regulator }, 200)).json;
    expect([card.status, card.balances.balance]).toEqual(["REDEEMED", 0]);
    progress.step();
  }
});

async function committed(eventIds: readonly string[]): Promise<void> {
  for (const eventId of eventIds) {
    while ((await ask(`${scrip.url}/v1/events/${eventId}/proof`)).status !== 200);
  }
}

it(`${atOnce} times the same key at once: one effect, one answer, ${rounds} times over`, async () => {
  for (let round = 0; round < rounds; round += 1) {
    const answers = await manyAtOnce(() => sell(rounds + round, `race one ${round}`));
    for (const { status, text } of answers) expect(status, text).toBe(200);
    const operations = new Set(answers.map(({ json }) => JSON.stringify(json.operation)));
    expect(operations.size).toBe(1);
    const first = answers.filter(({ headers }) => headers.get("idempotency-replayed") === null);
    expect(first).toHaveLength(1);
    for (const { json } of answers) expect(json.balances[0].balance).toBe(units - 1);
    const next = await sell(rounds + round, `race next ${round}`);
    expect(next.json.balances[0].balance).toBe(units - 2);
  }
});

it(`${atOnce} refunds at once give back what was taken and no more`, async () => {
  const order = { programId: "race-refund", count: 1, faceValue: units };
  const [code] = (await stockCards(scrip, order)).codes;
  const body = { acceptor: "store-1", amount: units, tenders: [{ code }] };
  const key = scrip.keys.acceptor;
  const asked = { key, idempotencyKey: "race whole", body };
  const sold = await expectStatus(`${scrip.url}/v1/write-offs`, asked, 200);
  const at = `${scrip.url}/v1/write-offs/${sold.json.operation.id}/refund`;
  const answers = await manyAtOnce((one) =>
    ask(at, { key, idempotencyKey: `race refund ${one}`, body: { amount: 1 } }),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(units);
  const refused = answers.filter(({ status }) => status !== 200);
  for (const { status, json } of refused) {
    expect([status, json.code]).toEqual([422, "REFUND_EXCEEDS_CAPTURE"]);
  }
});

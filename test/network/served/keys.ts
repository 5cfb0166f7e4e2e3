import { beforeAll, expect, it } from "vitest";
import { ask, type Answer } from "../../stage/http.ts";
import type { RunningScrip } from "../../stage/running-scrip.ts";
import { stockCards } from "../../stage/stock.ts";

/** One key, one effect, and one answer for ever. */
export function keyCases(served: () => RunningScrip): void {
  let codes: readonly string[];
  beforeAll(async () => {
    ({ codes } = await stockCards(served(), {
      programId: "keys",
      count: 6,
      faceValue: 1_000,
      confirm: true,
    }));
  });

  const sale = (card: number, amount: number) => ({
    acceptor: "store-1",
    amount,
    tenders: [{ code: codes[card] }],
  });

  async function post(path: string, idempotencyKey: string | undefined, body: unknown) {
    const { url, keys } = served();
    const key = keys.acceptor;
    return await ask(`${url}${path}`, {
      key,
      body,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    });
  }

  const isReplayed = ({ headers }: Answer) => headers.get("idempotency-replayed") === "true";

  it("wants a key of 1 to 255 printable characters on everything that moves value", async () => {
    const { url, keys } = served();
    const missing = await post("/v1/write-offs", undefined, sale(0, 5));
    expect([missing.status, missing.json.code]).toEqual([400, "IDEMPOTENCY_KEY_MISSING"]);
    const empty = await post("/v1/write-offs", "", sale(0, 5));
    expect([empty.status, empty.json.code]).toEqual([400, "IDEMPOTENCY_KEY_MISSING"]);
    const long = await post("/v1/write-offs", "k".repeat(256), sale(0, 5));
    expect([long.status, long.json.code]).toEqual([400, "VALIDATION_FAILED"]);
    const odd = await post("/v1/write-offs", "schlüssel", sale(0, 5));
    expect([odd.status, odd.json.code]).toEqual([400, "VALIDATION_FAILED"]);
    for (const [path, key] of [
      ["/v1/programs", keys.issuer],
      ["/v1/participants", keys.operator],
      ["/v1/batches", keys.issuer],
      ["/v1/batches/x/acquire", keys.distributor],
      ["/v1/batches/x/distribute", keys.distributor],
      ["/v1/points-grants", keys.issuer],
      ["/v1/bindings", keys.acceptor],
      ["/v1/write-offs/x/refund", keys.acceptor],
    ] as const) {
      const answer = await ask(`${url}${path}`, { key, body: {} });
      expect([path, answer.json.code]).toEqual([path, "IDEMPOTENCY_KEY_MISSING"]);
    }
  });

  it("answers a repeated success with the first answer and moves nothing", async () => {
    const first = await post("/v1/write-offs", "k".repeat(255), sale(0, 100));
    expect([first.status, isReplayed(first)]).toEqual([200, false]);
    const again = await post("/v1/write-offs", "k".repeat(255), sale(0, 100));
    expect([again.status, isReplayed(again)]).toEqual([200, true]);
    expect(again.json.operation).toEqual(first.json.operation);
    expect(again.json.balances).toEqual(first.json.balances);
    expect(again.json.eventId).toBe(first.json.eventId);
    const next = await post("/v1/write-offs", "keys next", sale(0, 1));
    expect(next.json.balances[0].balance).toBe(1_000 - 100 - 1);
  });

  it("knows a body by what it says, not by how it is written", async () => {
    const body = sale(1, 10);
    const first = await post("/v1/write-offs", "keys written", JSON.stringify(body));
    const { acceptor, amount, tenders } = body;
    const turned = JSON.stringify({ tenders, amount, acceptor }, null, 2);
    const again = await post("/v1/write-offs", "keys written", turned);
    expect([again.status, isReplayed(again)]).toEqual([200, true]);
    expect(again.json.eventId).toBe(first.json.eventId);
  });

  it("refuses a key that comes with another body, for the same card and for another", async () => {
    await post("/v1/write-offs", "keys reused", sale(2, 10));
    const others: [string, string, unknown][] = [
      ["another amount", "/v1/write-offs", sale(2, 11)],
      ["another card", "/v1/write-offs", sale(3, 10)],
      ["one more field", "/v1/write-offs", { ...sale(2, 10), reference: "r" }],
      ["another act", "/v1/bindings", { code: codes[4], holder: "h-keys" }],
    ];
    for (const [what, path, body] of others) {
      const answer = await post(path, "keys reused", body);
      expect([what, answer.status, answer.json.code]).toEqual([
        what,
        422,
        "IDEMPOTENCY_KEY_REUSED",
      ]);
    }
    const untouched = await post("/v1/write-offs", "keys untouched", sale(3, 1));
    expect(untouched.json.balances[0].balance).toBe(999);
  });

  it("keeps a refusal under its key, also when the same request would now succeed", async () => {
    const sold = await post("/v1/write-offs", "keys sold", sale(4, 900));
    const refused = await post("/v1/write-offs", "keys refused", sale(4, 200));
    expect([refused.status, refused.json.code]).toEqual([402, "BALANCE_INSUFFICIENT"]);
    expect(refused.json.available).toBe(100);
    expect([refused.json.retryable, refused.json.outcomeKnown]).toEqual([false, true]);
    const back = await post(`/v1/write-offs/${sold.json.operation.id}/refund`, "keys back", {
      amount: 500,
    });
    expect(back.json.balances[0].balance).toBe(600);
    const again = await post("/v1/write-offs", "keys refused", sale(4, 200));
    expect([again.status, isReplayed(again)]).toEqual([402, true]);
    expect({ ...again.json, instance: null }).toEqual({ ...refused.json, instance: null });
    const fresh = await post("/v1/write-offs", "keys fresh", sale(4, 200));
    expect([fresh.status, fresh.json.balances[0].balance]).toEqual([200, 400]);
  });

  it.each([
    ["a card that is not there", 404, "CARD_NOT_FOUND", () => unknownCardSale],
    ["another unit", 422, "UNIT_MISMATCH", () => ({ ...sale(5, 1), unit: "EUR" })],
    [
      "less than the caller's minimum",
      402,
      "BALANCE_INSUFFICIENT",
      () => ({ ...sale(5, 2_000), allowPartial: true, minimumAvailable: 1_500 }),
    ],
  ])("replays the refusal of %s", async (what, status, code, body) => {
    const first = await post("/v1/write-offs", `keys ${what}`, body());
    expect([first.status, first.json.code, isReplayed(first)]).toEqual([status, code, false]);
    const again = await post("/v1/write-offs", `keys ${what}`, body());
    expect([again.status, again.json.code, isReplayed(again)]).toEqual([status, code, true]);
  });

  it("keeps the keys of two callers apart", async () => {
    const { url, keys } = served();
    const body = { code: codes[5], holder: "h-keys" };
    const bound = await ask(`${url}/v1/bindings`, {
      key: keys.issuer,
      idempotencyKey: "keys shared",
      body,
    });
    expect(bound.status).toBe(200);
    const other = await post("/v1/write-offs", "keys shared", {
      acceptor: "store-1",
      amount: 5,
      unit: "CNY",
      tenders: [{ wallet: "h-keys", cards: [bound.json.operation.cardId] }],
    });
    expect([other.status, isReplayed(other)]).toEqual([200, false]);
  });
}

/** A well-formed code of no card: the check symbol is right. */
const unknownCardSale = {
  acceptor: "store-1",
  amount: 5,
  tenders: [{ code: "00000-00000-00000-00000-00000" }],
};

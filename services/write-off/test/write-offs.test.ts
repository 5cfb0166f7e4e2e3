import { failing } from "@scrip/testing";
import type { WriteOffAnswer } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { badBodies, refusalOf } from "@scrip/testing";
import { committed, given, type Given } from "./support/given.ts";
import { bound, granted, opened, stocked } from "./support/stock.ts";

const url = "/v1/write-offs";
const sale = (code: string, amount = 5, more: object = {}) => ({
  acceptor: "store-330",
  amount,
  tenders: [{ code }],
  ...more,
});

async function withCard(balance = 100) {
  const scrip = await given();
  await opened(scrip);
  const card = await stocked(scrip, balance);
  const key = await scrip.keyOf("ACCEPTOR");
  return { scrip, card, key };
}

describe("POST /v1/write-offs", () => {
  it("sells from a card by its code", async () => {
    const { scrip, card, key } = await withCard(10_000);
    const body = sale(card.code, 2_599, {
      allowPartial: false,
      reference: "order 7",
      businessAt: "2025-12-31T10:00:00Z",
    });
    const answer = await scrip.post(`${url}?waitFor=committed&timeoutMs=2000`, { key, body });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      operation: {
        id: expect.stringMatching(/^wo_[0-9a-f]{66}$/) as string,
        type: "WRITE_OFF",
        status: "COMPLETED",
        amount: 2_599,
        requested: 2_599,
        programId: "gold",
        acceptor: "store-330",
        at: "2026-01-01T00:00:00Z",
        businessAt: "2025-12-31T10:00:00Z",
        reference: "order 7",
        cards: [{ cardId: card.id, amount: 2_599 }],
      },
      balances: [{ balance: 7_401, held: 0, available: 7_401, unit: "CNY" }],
      eventId: expect.stringMatching(/^evt_[0-9a-f]{64}$/) as string,
      finality: "COMMITTED",
      receipt: null,
      proof: expect.stringMatching(/^\/v1\/events\/evt_[0-9a-f]{64}\/proof$/) as string,
    });
  });

  it("reads a code as people type it", async () => {
    const { scrip, card, key } = await withCard();
    const typed = card.code.toLowerCase().replaceAll("-", " ");
    expect((await scrip.post(url, { key, body: sale(typed) })).statusCode).toBe(200);
  });

  it("sells from the lots of a wallet, partly where that is wished", async () => {
    const scrip = await given();
    await opened(scrip, { kind: "POINTS" });
    await granted(scrip, "h-17", 100);
    await granted(scrip, "h-17", 67);
    const key = await scrip.keyOf("ACCEPTOR");
    const body = {
      acceptor: "store-330",
      amount: 2_599,
      unit: "PTS",
      tenders: [{ wallet: "h-17", programId: "points" }],
      allowPartial: true,
      minimumAvailable: 20,
    };
    expect((await scrip.post(url, { key, body })).json()).toMatchObject({
      operation: { amount: 167, requested: 2_599, cards: [{ amount: 100 }, { amount: 67 }] },
      balances: [{ balance: 0, held: 0, available: 0, unit: "PTS" }],
    });
    expect((await scrip.post(url, { key, body })).json()).toMatchObject({
      status: 402,
      code: "BALANCE_INSUFFICIENT",
      available: 0,
      balances: [{ balance: 0, held: 0, available: 0, unit: "PTS" }],
    });
  });

  it("sells from one bound card of a wallet, to its holder alone", async () => {
    const { scrip, card, key } = await withCard();
    await bound(scrip, card, "h-17");
    const body = (wallet: string) => ({ ...sale(""), tenders: [{ wallet, cards: [card.id] }] });
    expect((await scrip.post(url, { key, body: body("h-17") })).statusCode).toBe(200);
    expect((await scrip.post(url, { key, body: body("h-18") })).json()).toMatchObject({
      status: 409,
      code: "CARD_BOUND_TO_OTHER",
      balances: [],
    });
    expect((await scrip.post(url, { key, body: sale(card.code) })).json()).toMatchObject({
      status: 409,
      code: "CARD_BOUND_TO_OTHER",
      balances: [],
    });
  });

  it("says ACCEPTED at once, or when the wait is over", async () => {
    const { scrip, card, key } = await withCard();
    await scrip.post(url, { key, body: sale(card.code) });
    scrip.parts.ledger.hold();
    for (const query of ["", "?waitFor=committed&timeoutMs=20"]) {
      const answer = await scrip.post(`${url}${query}`, { key, body: sale(card.code) });
      expect([answer.statusCode, answer.json()]).toMatchObject([200, { finality: "ACCEPTED" }]);
    }
    for (const query of [
      "?waitFor=ever",
      "?waitFor=committed&timeoutMs=0",
      "?timeoutMs=30001",
      "?timeoutMs=x",
      "?other=1",
    ]) {
      const answer = await scrip.post(`${url}${query}`, { key, body: sale(card.code) });
      expect(answer.json()).toMatchObject({ status: 400, code: "VALIDATION_FAILED" });
    }
  });

  it("answers a key the same again, with its finality now", async () => {
    const { scrip, card, key } = await withCard();
    const call = { key, body: sale(card.code), idempotencyKey: "k" };
    await scrip.post(url, { key, body: sale(card.code) });
    scrip.parts.ledger.hold();
    const first = await scrip.post(url, call);
    scrip.parts.ledger.release();
    const again = await scrip.post(`${url}?waitFor=committed`, call);
    expect(first.headers["idempotency-replayed"]).toBeUndefined();
    expect(again.headers["idempotency-replayed"]).toBe("true");
    expect(again.json()).toEqual(committed(first.json()));
  });
});

describe("refusals", () => {
  it("are coded, kept under their key, and replayed as they were", async () => {
    const { scrip, card, key } = await withCard(10);
    await opened(scrip, { kind: "POINTS" });
    const at = { lastAtMs: scrip.parts.clock.nowMs() };
    const stock = async (as: Parameters<typeof stocked>[2]) =>
      (await stocked(scrip, 10, { ...at, ...as })).code;
    const unbound = await stocked(scrip, 10);
    const unknown = "00000-00000-00000-00000-00000";
    const wallet = (tender: object) => ({ ...sale(""), tenders: [tender] });
    const table = [
      [sale(card.code, 11), 402, "BALANCE_INSUFFICIENT"],
      [
        sale(card.code, 5, { allowPartial: true, minimumAvailable: 11 }),
        402,
        "BALANCE_INSUFFICIENT",
      ],
      [sale(card.code, 5, { unit: "EUR" }), 422, "UNIT_MISMATCH"],
      [sale(unknown), 404, "CARD_NOT_FOUND"],
      [sale(await stock({ standing: { status: "ALLOCATED" } })), 409, "CARD_NOT_ACTIVE"],
      [sale(await stock({ expiresAtMs: at.lastAtMs })), 409, "CARD_EXPIRED"],
      [
        sale(await stock({ standing: { status: "SUSPENDED", reason: "LOST" } })),
        423,
        "CARD_SUSPENDED",
      ],
      [
        sale(await stock({ standing: { status: "CANCELLED", reason: "LOST" } })),
        410,
        "CARD_CANCELLED",
      ],
      [
        sale(await stock({ standing: { status: "REPLACED", successor: card.cardId } })),
        410,
        "CARD_REPLACED",
      ],
      [wallet({ wallet: "h", cards: [unbound.id] }), 409, "CARD_NOT_BOUND"],
      [wallet({ wallet: "h", programId: "points" }), 402, "BALANCE_INSUFFICIENT"],
      [wallet({ wallet: "h", programId: "gold" }), 422, "PROGRAM_KIND_MISMATCH"],
      [wallet({ wallet: "h", programId: "none" }), 404, "PROGRAM_NOT_FOUND"],
    ] as const;
    const events = await scrip.eventCount();
    for (const [nth, [body, status, code]] of table.entries()) {
      const call = { key, body, idempotencyKey: `refused ${nth}` };
      const first = await scrip.post(url, call);
      expect(first.json()).toMatchObject({ status, code, retryable: false });
      scrip.parts.clock.advance(1_000);
      const again = await scrip.post(url, call);
      expect([again.statusCode, again.headers["idempotency-replayed"]]).toEqual([status, "true"]);
      expect({ ...again.json<object>(), instance: 0 }).toEqual({
        ...first.json<object>(),
        instance: 0,
      });
    }
    // The acceptor was registered on first use, and the card that was due expired; nothing else happened.
    expect((await scrip.eventCount()) - events).toBe(2);
  });

  it("do not come after 16 refundable sales of one card: the oldest goes aside", async () => {
    const { scrip, card, key } = await withCard(100);
    const sold: string[] = [];
    for (let nth = 0; nth < 40; nth += 1) {
      const answer = await scrip.post(url, { key, body: sale(card.code, 1) });
      expect(answer.statusCode).toBe(200);
      sold.push(answer.json<WriteOffAnswer>().operation.id);
    }
    for (const id of [sold[0], sold[23], sold[39]]) {
      const back = await scrip.post(`${url}/${id}/refund`, { key, body: { amount: 1 } });
      expect(back.statusCode).toBe(200);
      const read = (await scrip.get(`${url}/${id}`, key)).json<WriteOffAnswer>();
      expect(read.operation.status).toBe("REFUNDED");
    }
    const after = await scrip.post(url, { key, body: sale(card.code, 1) });
    expect(after.json()).toMatchObject({ balances: [{ balance: 100 - 40 + 3 - 1 }] });
  });

  it("before any look-up name the code that is not one", async () => {
    const { scrip, card, key } = await withCard();
    const wrong = card.code.slice(0, -1) + (card.code.endsWith("0") ? "1" : "0");
    for (const code of [wrong, "x", "0".repeat(64)]) {
      const answer = await scrip.post(url, { key, body: sale(code) });
      expect(answer.json()).toMatchObject({ status: 400, code: "CARD_CODE_MALFORMED" });
      expect(answer.body).not.toContain(wrong);
    }
  });

  it("treat a card outside the key's programs as one that is not there", async () => {
    const { scrip, card } = await withCard();
    const key = await scrip.keyOf("ACCEPTOR", { programs: ["other"] });
    const hidden = await scrip.post(url, { key, body: sale(card.code) });
    const absent = await scrip.post(url, { key, body: sale("00000-00000-00000-00000-00000") });
    expect({ ...hidden.json<object>(), instance: 0 }).toEqual({
      ...absent.json<object>(),
      instance: 0,
    });
  });

  it("answer 409 with Retry-After while the acceptor is not COMMITTED, and keep nothing", async () => {
    const { scrip, card, key } = await withCard();
    scrip.parts.ledger.hold();
    const call = { key, body: sale(card.code), idempotencyKey: "k" };
    const early = await scrip.post(url, call);
    expect(early.json()).toMatchObject({ status: 409, code: "NOT_COMMITTED_YET" });
    expect(early.headers["retry-after"]).toBe("1");
    scrip.parts.ledger.release();
    expect((await scrip.post(url, call)).statusCode).toBe(200);
  });

  it("meet acceptors nobody registered, where only an operator registers", async () => {
    const scrip = await given({ registers: false });
    await opened(scrip);
    const card = await stocked(scrip);
    const key = await scrip.keyOf("ACCEPTOR");
    const answer = await scrip.post(url, { key, body: sale(card.code) });
    expect(answer.json()).toMatchObject({ status: 404, code: "PARTICIPANT_NOT_FOUND" });
  });
});

describe("keys", () => {
  it("with another body, of the same card or another, are refused", async () => {
    const { scrip, card, key } = await withCard();
    const other = await stocked(scrip);
    const call = (body: object) => scrip.post(url, { key, body, idempotencyKey: "k" });
    await call(sale(card.code));
    for (const body of [
      sale(card.code, 6),
      sale(other.code),
      sale(card.code, 5, { reference: "x" }),
    ])
      expect((await call(body)).json()).toMatchObject({
        status: 422,
        code: "IDEMPOTENCY_KEY_REUSED",
      });
    expect(
      (await call(sale(card.code, 5, { allowPartial: false }))).headers["idempotency-replayed"],
    ).toBe("true");
  });

  it("belong to a participant, not to an API key", async () => {
    const { scrip, card, key } = await withCard();
    const rotated = await scrip.keyOf("ACCEPTOR");
    const stranger = await scrip.keyOf("ACCEPTOR", {}, "store-2");
    const call = (apiKey: string) =>
      scrip.post(url, { key: apiKey, body: sale(card.code), idempotencyKey: "k" });
    const first = (await call(key)).json<WriteOffAnswer>();
    expect((await call(rotated)).json<WriteOffAnswer>().operation.id).toBe(first.operation.id);
    expect((await call(stranger)).json<WriteOffAnswer>().operation.id).not.toBe(first.operation.id);
  });

  it("used 64 times at once have one effect and one answer", async () => {
    const { scrip, card, key } = await withCard();
    const calls = Array.from({ length: 64 }, () =>
      scrip.post(url, { key, body: sale(card.code), idempotencyKey: "k" }),
    );
    const answers = await Promise.all(calls);
    expect(new Set(answers.map((answer) => answer.statusCode))).toEqual(new Set([200]));
    expect(new Set(answers.map((answer) => answer.json<WriteOffAnswer>().eventId)).size).toBe(1);
    const first = answers.filter((answer) => answer.headers["idempotency-replayed"] === undefined);
    expect(first).toHaveLength(1);
    expect(await scrip.parts.store.totals()).toMatchObject({ writtenOff: 5n });
  });

  it("find what was done when the store failed after doing it", async () => {
    const scrip = await given({
      // The service registers the acceptor with its first save; two sales come before the one that is lost.
      wrap: (store) =>
        failing(store, (method, nth) => (method === "save" && nth === 4 ? "AFTER" : "NONE")),
    });
    await opened(scrip);
    const card = await stocked(scrip);
    const key = await scrip.keyOf("ACCEPTOR");
    await scrip.post(url, { key, body: sale(card.code, 1) });
    await scrip.post(url, { key, body: sale(card.code, 1) });
    const call = { key, body: sale(card.code), idempotencyKey: "k" };
    const lost = await scrip.post(url, call);
    expect(lost.json()).toMatchObject({
      status: 503,
      code: "STORE_UNAVAILABLE",
      outcomeKnown: false,
    });
    const found = await scrip.post(url, call);
    expect([found.statusCode, found.headers["idempotency-replayed"]]).toEqual([200, "true"]);
    expect(await scrip.parts.store.totals()).toMatchObject({ writtenOff: 7n });
  });
});

/** Sends 64 sales of one unit at once. */
const rush = (scrip: Given, key: string, body: object) =>
  Promise.all(Array.from({ length: 64 }, () => scrip.post(url, { key, body })));

describe.each([1, 8])(
  "64 sales of one unit at once against 50, over %i process(es)",
  (processes) => {
    it.each([1, 2])("are 50 successes and 14 coded declines (round %i)", async () => {
      const scrip = await given({ processes });
      await opened(scrip, { refundWindowDays: 0 });
      const card = await stocked(scrip, 50);
      const key = await scrip.keyOf("ACCEPTOR");
      const answers = await rush(scrip, key, sale(card.code, 1));
      const codes = answers.map((answer) => answer.json<{ code?: string }>().code ?? "SOLD");
      expect(codes.filter((code) => code === "SOLD")).toHaveLength(50);
      expect(codes.filter((code) => code === "BALANCE_INSUFFICIENT")).toHaveLength(14);
      expect(await scrip.parts.store.totals()).toMatchObject({ balance: 0n, writtenOff: 50n });
    });

    it("name a new store all at once, and it is registered once", async () => {
      const scrip = await given({ processes });
      await opened(scrip, { refundWindowDays: 0 });
      const card = await stocked(scrip, 100);
      const key = await scrip.keyOf("ACCEPTOR");
      const control = await scrip.parts.store.nextSeq(4);
      const answers = await rush(scrip, key, { ...sale(card.code, 1), acceptor: "brand-new" });
      expect(answers.every((answer) => answer.statusCode === 200)).toBe(true);
      expect((await scrip.parts.store.nextSeq(4)) - control).toBe(1);
    });
  },
);

describe("business times", () => {
  it("may be past, and ahead only as far as clocks differ", async () => {
    const { scrip, card, key } = await withCard();
    const at = (businessAt: string) =>
      scrip.post(url, { key, body: sale(card.code, 1, { businessAt }) });
    expect((await at("2017-01-01T11:53:26Z")).statusCode).toBe(200);
    expect((await at("2026-01-01T00:01:00Z")).statusCode).toBe(200);
    expect((await at("2026-01-01T00:01:01Z")).json()).toMatchObject({
      status: 400,
      code: "VALIDATION_FAILED",
      errors: [{ in: "body", field: "/businessAt" }],
    });
  });
});

describe("bodies that are wrong", () => {
  it("are refused, naming the field, and nothing is kept", async () => {
    const { scrip, card, key } = await withCard();
    const call = { key, body: sale(card.code, 1), idempotencyKey: "k" };
    const events = await scrip.eventCount();
    for (const bad of badBodies(sale(card.code))) {
      const answer = await scrip.post(url, { ...call, ...bad });
      expect([bad.name, ...refusalOf(answer, bad.field)]).toEqual([
        bad.name,
        bad.status ?? 400,
        bad.field,
      ]);
      expect(answer.body).not.toContain(card.code);
    }
    expect(await scrip.eventCount()).toBe(events);
    const good = await scrip.post(url, call);
    expect([good.statusCode, good.headers["idempotency-replayed"]]).toEqual([200, undefined]);
  });

  it("in their tenders: refused, naming the tender", async () => {
    const { scrip, card, key } = await withCard();
    const { code, id } = card;
    const tenders = [
      [],
      [{ code }, { code }],
      [{}],
      [{ code, wallet: "h" }],
      [{ wallet: "h" }],
      [{ wallet: "h", cards: [] }],
      [{ wallet: "h", cards: [id, id] }],
      [{ wallet: "h", cards: ["card_1"] }],
      [{ wallet: "h", cards: [id], programId: "gold" }],
      [{ cardId: id }],
      [{ code: 5 }],
      [{ wallet: "a\u0000b", programId: "gold" }],
      { code },
      null,
    ];
    for (const wrong of tenders) {
      const answer = await scrip.post(url, { key, body: { ...sale(code), tenders: wrong } });
      const { errors, ...problem } = answer.json<{ errors: { field: string }[] }>();
      expect(problem).toMatchObject({ status: 400, code: "VALIDATION_FAILED" });
      expect(errors.every((error) => error.field.startsWith("/tenders"))).toBe(true);
    }
  });

  it("without a key, or with one that no header holds, are refused", async () => {
    const { scrip, card, key } = await withCard();
    const missing = await scrip.post(url, { key, body: sale(card.code), idempotencyKey: null });
    expect(missing.json()).toMatchObject({ status: 400, code: "IDEMPOTENCY_KEY_MISSING" });
    const long = await scrip.post(url, {
      key,
      body: sale(card.code),
      idempotencyKey: "x".repeat(256),
    });
    expect(long.json()).toMatchObject({ status: 400, code: "VALIDATION_FAILED" });
  });
});

it("logs neither codes nor holders", async () => {
  const { scrip, card, key } = await withCard();
  await opened(scrip, { kind: "POINTS" });
  const wallet = { ...sale(""), tenders: [{ wallet: "anna kowalska", programId: "points" }] };
  for (const body of [sale(card.code), sale(card.code, 10_000), wallet])
    await scrip.post(url, { key, body });
  const logged = scrip.parts.lines.join("");
  expect(scrip.parts.lines.length).toBeGreaterThan(2);
  for (const secret of [card.code, card.code.replaceAll("-", ""), "kowalska", key])
    expect(logged).not.toContain(secret);
});

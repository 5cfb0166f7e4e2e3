import { readFileSync } from "node:fs";
import { join } from "node:path";
import { verifyFile } from "@scrip/client";
import { sha256Ed25519 } from "@scrip/signing";
import { beforeAll, expect, it } from "vitest";
import { ask, expectStatus } from "../../stage/http.ts";
import type { Keys, RunningScrip } from "../../stage/running-scrip.ts";
import { stockCards, type Stock } from "../../stage/stock.ts";

const wait = "?waitFor=committed&timeoutMs=20000";

/** One card through every step, and what each party then sees of it. */
export function cardLifeCases(served: () => RunningScrip): void {
  let stock: Stock;
  let cardId: string;
  let sale: { id: string; eventId: string };

  async function post(path: string, name: string, body: unknown) {
    const { url, keys } = served();
    const asked = { key: keys.acceptor, idempotencyKey: `life ${name}`, body };
    return (await expectStatus(`${url}${path}`, asked, 200)).json;
  }
  async function get(path: string, role: keyof Keys) {
    const { url, keys } = served();
    return (await expectStatus(`${url}${path}`, { key: keys[role] }, 200)).json;
  }

  beforeAll(async () => {
    stock = await stockCards(served(), { programId: "life", count: 3, faceValue: 10_000 });
    const [code] = stock.codes;
    const bound = await post("/v1/bindings", "bind", { code, holder: "h-life" });
    ({ cardId } = bound.operation);
    const sold = await post(`/v1/write-offs`, "sale", {
      acceptor: "store-7",
      amount: 2_599,
      unit: "CNY",
      tenders: [{ wallet: "h-life", cards: [cardId] }],
      reference: "order 7",
      businessAt: "2026-01-02T03:04:05Z",
    });
    sale = { id: sold.operation.id, eventId: sold.eventId };
    const back = { amount: 599, reason: "RETURNED" };
    const refunded = await post(`/v1/write-offs/${sale.id}/refund${wait}`, "refund", back);
    expect(refunded.finality).toBe("COMMITTED");
    expect(refunded.balances).toEqual([{ balance: 8_000, held: 0, available: 8_000, unit: "CNY" }]);
  });

  it("has every step in its history, with parties, times, amounts and event ids", async () => {
    const { events, nextCursor } = await get(`/v1/cards/${cardId}/history`, "regulator");
    expect(nextCursor).toBeNull();
    const steps = events.map((one: { type: string; balance: number; version: number }) => [
      one.type,
      one.version,
      one.balance,
    ]);
    expect(steps).toEqual([
      ["CardsGenerated", 1, 0],
      ["CardsAcquired", 2, 0],
      ["CardsDistributed", 3, 10_000],
      ["CardBound", 4, 10_000],
      ["CardWrittenOff", 5, 7_401],
      ["CardRefunded", 6, 8_000],
    ]);
    const parties = (index: number) =>
      Object.fromEntries(
        events[index].parties.map((one: { role: string; participant: string }) => [
          one.role,
          one.participant,
        ]),
      );
    expect(parties(0)).toEqual({ ACTOR: "acme", ISSUER: "acme" });
    expect(parties(1)).toEqual({ ACTOR: "distributor", DISTRIBUTOR: "north" });
    expect(parties(4)).toEqual({ ACTOR: "acceptor", ACCEPTOR: "store-7" });
    expect(events[4]).toMatchObject({
      amount: 2_599,
      eventId: sale.eventId,
      programId: "life",
      finality: "COMMITTED",
    });
    expect(Date.parse(events[4].businessAt)).toBe(Date.parse("2026-01-02T03:04:05Z"));
    const times: string[] = events.map((one: { at: string }) => one.at);
    expect(times).toEqual([...times].sort());
  });

  it("gives the same history page by page", async () => {
    const at = `/v1/cards/${cardId}/history`;
    const { events } = await get(at, "regulator");
    const paged = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const more: string = cursor === "" ? "" : `&cursor=${cursor}`;
      const page = await get(`${at}?limit=4${more}`, "regulator");
      expect(page.events.length).toBeLessThanOrEqual(4);
      paged.push(...page.events);
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(events);
    const { nextCursor } = await get(`${at}?limit=4`, "regulator");
    const other = await cardOf(1);
    const { url, keys } = served();
    const elsewhere = await ask(`${url}/v1/cards/${other}/history?cursor=${nextCursor}`, {
      key: keys.regulator,
    });
    expect([elsewhere.status, elsewhere.json.code]).toEqual([400, "CURSOR_INVALID"]);
  });

  async function cardOf(index: number): Promise<string> {
    const { url } = served();
    const body = { code: stock.codes[index] };
    return (await expectStatus(`${url}/v1/verify`, { body }, 200)).json.cardId;
  }

  it("has a proof for every event, which is about this card and verifies offline", async () => {
    const { url, keys, dataDir } = served();
    const policy = readFileSync(join(dataDir, "policy.txt"), "utf8");
    const { events } = await get(`/v1/cards/${cardId}/history`, "regulator");
    for (const { eventId, type, index } of events) {
      const at = `${url}/v1/events/${eventId}/proof`;
      const file = (await expectStatus(at, { key: keys.regulator }, 200)).text;
      const given = { file, policy, suite: sha256Ed25519, nowMs: Date.now() };
      const claim = verifyFile({ ...given, eventId, card: cardId });
      expect(claim).toMatchObject({ kind: "event", index, event: { type } });
      const other = await cardOf(1);
      // The bulk events name the other cards of their shard too; those of one card do not.
      if (type.startsWith("CardBound")) {
        expect(() => verifyFile({ ...given, card: other })).toThrow(/PROOF_INVALID/);
      }
      const event = await get(`/v1/events/${eventId}`, "regulator");
      expect(event.cards.map((one: { cardId: string }) => one.cardId)).toContain(cardId);
    }
  });

  it("is served with its state, and the whole state only to those who may see it", async () => {
    const whole = await get(`/v1/cards/${cardId}`, "issuer");
    expect(whole).toMatchObject({
      cardId,
      programId: "life",
      unit: "CNY",
      status: "ACTIVE",
      diverged: false,
      version: 6,
      finality: "COMMITTED",
      balances: { balance: 8_000, held: 0, available: 8_000, unit: "CNY" },
      details: { issuer: "acme", distributor: "north", bound: true, writtenOff: 2_599 },
    });
    expect(whole.details.refundables).toEqual([
      expect.objectContaining({ writeOffId: sale.id, amount: 2_599, refunded: 599 }),
    ]);
    const { dataDir, url, keys } = served();
    const policy = readFileSync(join(dataDir, "policy.txt"), "utf8");
    const at = `${url}/v1/cards/${cardId}/proof`;
    const file = (await expectStatus(at, { key: keys.operator }, 200)).text;
    expect(file.length).toBeLessThan(5_000);
    const given = { file, policy, suite: sha256Ed25519, nowMs: Date.now() };
    const claim = verifyFile({ ...given, card: cardId, maxAgeMs: 60_000 });
    expect(claim).toMatchObject({ kind: "card", state: { status: "ACTIVE", unit: "CNY" } });
    expect(verifyFile({ ...given, code: stock.codes[0] ?? "" }).kind).toBe("card");
    expect(() => verifyFile({ ...given, code: stock.codes[1] ?? "" })).toThrow(/PROOF_INVALID/);
  });

  it("stands in the lists of its batch, its program and its acceptor", async () => {
    const sales = await get("/v1/acceptors/store-7/write-offs", "acceptor");
    const mine = sales.writeOffs.filter(
      (one: { writeOffId: string }) => one.writeOffId === sale.id,
    );
    expect(mine.map((one: { type: string; amount: number }) => [one.type, one.amount])).toEqual([
      ["WRITE_OFF", 2_599],
      ["REFUND", 599],
    ]);
    expect(mine[0]).toMatchObject({ eventId: sale.eventId, programId: "life", unit: "CNY" });
    const { events } = await get("/v1/programs/life/events?limit=200", "issuer");
    const types = events.map((one: { type: string }) => one.type);
    expect(types.slice(0, 2)).toEqual(["ProgramCreated", "BatchCreated"]);
    expect(types).toEqual(expect.arrayContaining(["CardBound", "CardWrittenOff", "CardRefunded"]));
    const batch = await get(`/v1/batches/${stock.batchId}/cards`, "distributor");
    expect(batch.cards).toHaveLength(3);
    expect(batch.cards).toContainEqual(
      expect.objectContaining({ cardId, status: "ACTIVE", distributor: "north" }),
    );
  });

  it("is in its holder's wallet and in nobody else's", async () => {
    const wallet = await get("/v1/wallets/h-life", "acceptor");
    expect(wallet.balances).toEqual([{ balance: 8_000, held: 0, available: 8_000, unit: "CNY" }]);
    expect(wallet.cards).toEqual([
      expect.objectContaining({ cardId, programId: "life", status: "ACTIVE", balance: 8_000 }),
    ]);
    const { url, keys } = served();
    const stranger = await ask(`${url}/v1/write-offs`, {
      key: keys.acceptor,
      idempotencyKey: "life stranger",
      body: {
        acceptor: "store-7",
        amount: 1,
        unit: "CNY",
        tenders: [{ wallet: "h-other", cards: [cardId] }],
      },
    });
    expect([stranger.status, stranger.json.code]).toEqual([409, "CARD_BOUND_TO_OTHER"]);
    const byCode = await ask(`${url}/v1/write-offs`, {
      key: keys.acceptor,
      idempotencyKey: "life by code",
      body: { acceptor: "store-7", amount: 1, tenders: [{ code: stock.codes[0] }] },
    });
    expect(byCode.status).toBe(409);
    const twice = await ask(`${url}/v1/bindings`, {
      key: keys.acceptor,
      idempotencyKey: "life bound twice",
      body: { code: stock.codes[0], holder: "h-other" },
    });
    expect([twice.status, twice.json.code]).toEqual([409, "CARD_BOUND_TO_OTHER"]);
  });

  it("gives back no more than was taken, however many sales came after", async () => {
    const { url, keys } = served();
    const refund = (id: string, idempotencyKey: string, amount: number) =>
      ask(`${url}/v1/write-offs/${id}/refund`, {
        key: keys.acceptor,
        idempotencyKey,
        body: { amount },
      });
    const tooMuch = await refund(sale.id, "life too much", 2_001);
    expect([tooMuch.status, tooMuch.json.code]).toEqual([422, "REFUND_EXCEEDS_CAPTURE"]);
    const rest = await refund(sale.id, "life rest", 2_000);
    expect(rest.json.balances[0].balance).toBe(10_000);
    const body = { acceptor: "store-7", amount: 2, tenders: [{ code: stock.codes[2] }] };
    const sell = async (count: number) =>
      await expectStatus(
        `${url}/v1/write-offs`,
        { key: keys.acceptor, idempotencyKey: `life sale ${count}`, body },
        200,
      );
    const sold: string[] = [];
    for (let count = 1; count <= 40; count += 1) sold.push((await sell(count)).json.operation.id);
    const [first = ""] = sold;
    const back = await refund(first, "life first of 40", 2);
    expect([back.status, back.json.balances]).toMatchObject([200, [{ balance: 10_000 - 78 }]]);
    const again = await refund(first, "life first of 40 again", 1);
    expect([again.status, again.json]).toMatchObject([
      422,
      { code: "REFUND_EXCEEDS_CAPTURE", refundable: 0 },
    ]);
    const read = await get(`/v1/write-offs/${first}`, "acceptor");
    expect(read.operation.status).toBe("REFUNDED");
  });

  it("tells an issuer how far a batch is, and its codes to nobody after the confirmation", async () => {
    const { url, keys } = served();
    const batch = await get(`/v1/batches/${stock.batchId}`, "issuer");
    expect(batch).toMatchObject({ status: "GENERATED", generated: 3, count: 3, issuer: "acme" });
    const at = `${url}/v1/batches/${stock.batchId}/codes`;
    const key = keys.issuer;
    expect((await expectStatus(at, { key }, 200)).text).toBe(stock.download);
    const rest = (await expectStatus(`${at}?offset=2`, { key }, 200)).text;
    expect(rest).toBe(`${stock.codes[2]}\n`);
    expect((await expectStatus(`${at}?offset=3`, { key }, 200)).text).toBe("");
    const confirm = (count: number, sha256: string) =>
      ask(`${at}/confirm`, { key, body: { count, sha256 } });
    const wrong = await confirm(3, "0".repeat(64));
    expect([wrong.status, wrong.json.code]).toEqual([409, "CODES_CONFIRM_MISMATCH"]);
    expect((await expectStatus(at, { key }, 200)).text).toBe(stock.download);
    const hash = Buffer.from(sha256Ed25519.hash(Buffer.from(stock.download))).toString("hex");
    expect((await confirm(2, hash)).json.code).toBe("CODES_CONFIRM_MISMATCH");
    expect((await confirm(3, hash)).json).toEqual({ batchId: stock.batchId, codes: "WIPED" });
    const gone = await ask(at, { key });
    expect([gone.status, gone.json.code]).toEqual([410, "CODES_WIPED"]);
    expect((await confirm(3, hash)).json).toEqual({ batchId: stock.batchId, codes: "WIPED" });
    expect((await confirm(3, "0".repeat(64))).json.code).toBe("CODES_WIPED");
  });
}

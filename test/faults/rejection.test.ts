import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  cardIdOfCode,
  formatCardId,
  formatEventId,
  parseCode,
  type LedgerStatusAnswer,
  type ReconcileAnswer,
  type RejectionsAnswer,
} from "@scrip/wire";
import { afterEach, describe, expect, it } from "vitest";
import { differences, forgeLot, forgeSale } from "../stage/lies.ts";
import { must, startSystem, stocked, until, type System } from "../stage/embedded-system.ts";

const places: string[] = [];
let running: System | null = null;
afterEach(async () => {
  await running?.stop();
  running = null;
  for (const place of places.splice(0)) rmSync(place, { recursive: true, force: true });
});

async function start(place = mkdtempSync(join(tmpdir(), "scrip-rejection-"))): Promise<System> {
  if (!places.includes(place)) places.push(place);
  running = await startSystem(place);
  return running;
}

async function restart({ stop }: System): Promise<System> {
  await stop();
  running = null;
  return await start(places.at(-1));
}

const faceValue = 1_000;

async function sell({ post, keys }: System, code: string, minorUnits: number) {
  const body = { acceptor: "store-1", amount: minorUnits, tenders: [{ code }] };
  return await post("/v1/write-offs?waitFor=committed&timeoutMs=20000", {
    key: keys.acceptor,
    body,
  });
}

const status = async ({ get }: System): Promise<LedgerStatusAnswer> =>
  must(await get("/v1/ledger/status")).json<LedgerStatusAnswer>();

const finalityOf = async ({ get }: System, eventId: string): Promise<unknown> =>
  (await get(`/v1/events/${formatEventId(eventId)}`)).json<{ finality?: string }>().finality;

/** The key of an operator for these programs alone. */
async function scopedOperator({ post, keys }: System, programs: string[]): Promise<string> {
  const body = { participant: "op-2", role: "OPERATOR", scope: { programs, participants: [] } };
  return must(await post("/v1/keys", { key: keys.operator, body })).json<{ secret: string }>()
    .secret;
}

/** The store's sums are the ledger's, and the law holds. */
async function expectTheSame(system: System): Promise<void> {
  const { totals, lawGauge, divergedCards } = await status(system);
  const own = await system.adapters.cards.totals();
  expect({ lawGauge, divergedCards }).toEqual({ lawGauge: "0", divergedCards: 0 });
  expect(String(own.balance)).toBe(String(BigInt(totals.available) + BigInt(totals.held)));
  expect([own.loaded, own.writtenOff, own.refunded].map(String)).toEqual([
    totals.loaded,
    totals.writtenOff,
    totals.refunded,
  ]);
  expect(await differences(system)).toEqual([]);
}

describe("a card of which the ledger refused an event", () => {
  it.each([
    ["LEDGER", faceValue - 100],
    ["STORE", faceValue - 100 - 250 - 50],
  ] as const)(
    "is suspended, and goes on once an operator has set it to what the %s has",
    async (to, balance) => {
      let system = await start();
      const { codes } = await stocked(system, { programId: "gold", count: 3, faceValue });
      const [code = "", other = ""] = codes;
      const { hash } = system.adapters.suite;
      const secret = parseCode(code);
      if (secret === null) throw new Error("no code");
      const cardId = cardIdOfCode(hash, secret);
      must(await sell(system, code, 100));

      const forged = await forgeSale(system, [cardId], 250);
      const built = must(
        await system.post("/v1/write-offs", {
          key: system.keys.acceptor,
          body: { acceptor: "store-1", amount: 50, tenders: [{ code }] },
        }),
      ).json<{ eventId: string }>();
      await until(async () => (await finalityOf(system, forged)) === "REJECTED");
      await until(async () => (await status(system)).divergedCards === 1);
      await until(
        async () => (await finalityOf(system, built.eventId.slice("evt_".length))) === "REJECTED",
      );
      const refused = await sell(system, code, 1);
      expect([refused.statusCode, refused.json()]).toMatchObject([423, { code: "CARD_SUSPENDED" }]);
      expect((await status(system)).lawGauge).toBe("0");
      expect(system.lines.some((line) => line.includes("it is suspended"))).toBe(true);
      must(await sell(system, other, 10));

      system = await restart(system);
      expect((await status(system)).divergedCards).toBe(1);
      const { rejections } = must(
        await system.get("/v1/ledger/rejections"),
      ).json<RejectionsAnswer>();
      const id = formatCardId(cardId);
      expect(rejections).toMatchObject([
        { rejection: "PARTICIPANT_NOT_FOUND", type: "CardWrittenOff", diverged: [id] },
        { rejection: "CARD_DIVERGED", eventId: built.eventId, diverged: [id] },
      ]);
      const url = `/v1/cards/${id}/reconcile`;
      const order = { key: system.keys.operator, name: "settle it", body: { to } };
      const elsewhere = await scopedOperator(system, ["silver"]);
      const hidden = await system.post(url, { ...order, key: elsewhere });
      expect(hidden.json()).toMatchObject({ status: 404, code: "CARD_NOT_FOUND" });
      const none = await system.get("/v1/ledger/rejections", elsewhere);
      expect(must(none).json()).toMatchObject({ rejections: [] });
      const answer = must(await system.post(url, order)).json<ReconcileAnswer>();
      expect(answer).toMatchObject({ finality: "COMMITTED", status: "ACTIVE" });
      expect(answer.balances.balance).toBe(balance);
      const again = await system.post(url, order);
      expect(again.headers["idempotency-replayed"]).toBe("true");
      expect(again.json()).toEqual(answer);
      const second = await system.post(url, { ...order, name: "settle it once more" });
      expect(second.json()).toMatchObject({
        code: "CARD_STEP_TAKEN",
        detail: expect.stringContaining("is not apart"),
      });

      const sold = must(await sell(system, code, 10)).json<{
        finality: string;
        balances: object[];
      }>();
      expect(sold.finality).toBe("COMMITTED");
      expect(sold.balances).toMatchObject([{ balance: balance - 10 }]);
      await expectTheSame(system);
      system = await restart(system);
      await expectTheSame(system);
    },
  );
});

describe("lots of a wallet of which the ledger refused a sale", () => {
  it.each(["LEDGER", "STORE"] as const)("go on as the %s has them, with the sale", async (to) => {
    const system = await start();
    const { keys, post, adapters } = system;
    const program = { programId: "points", kind: "POINTS", unit: "PTS", issuer: "acme" };
    const terms = { refundWindowDays: 90, showBalance: false };
    must(await post("/v1/programs", { key: keys.issuer, body: { ...program, ...terms } }));
    for (const amount of [30, 40]) {
      const body = { programId: "points", holder: "ann", amount, acceptor: "store-1" };
      const url = "/v1/points-grants?waitFor=committed&timeoutMs=20000";
      must(await post(url, { key: keys.issuer, body }));
    }
    const { walletId = "" } = (await adapters.holders.find("ann")) ?? {};
    const lots = await adapters.cards.walletCards(walletId, null, 10);
    expect(lots).toHaveLength(2);
    await forgeSale(system, lots, 50);
    await until(async () => (await status(system)).divergedCards === 2);
    for (const lot of lots) {
      const order = { key: keys.operator, body: { to, reason: "ticket 12" } };
      const url = `/v1/cards/${formatCardId(lot)}/reconcile`;
      expect(must(await post(url, order)).json()).toMatchObject({ finality: "COMMITTED" });
    }
    await expectTheSame(system);
    const [shard] = lots.map((lot) => Number.parseInt(lot.slice(0, 2), 16) % adapters.cards.shards);
    const kept = await adapters.cards.operationsOf(shard ?? 0, null, 10);
    expect(kept).toHaveLength(to === "LEDGER" ? 0 : 1);
    const body = {
      acceptor: "store-1",
      amount: 15,
      unit: "PTS",
      tenders: [{ wallet: "ann", programId: "points" }],
    };
    const sold = must(
      await post("/v1/write-offs?waitFor=committed&timeoutMs=20000", { key: keys.acceptor, body }),
    ).json<{ finality: string; balances: object[] }>();
    expect(sold.finality).toBe("COMMITTED");
    expect(sold.balances).toMatchObject([{ balance: (to === "LEDGER" ? 70 : 20) - 15 }]);
    await expectTheSame(system);
  });
});

describe("a lot whose birth the ledger refused", () => {
  it("is suspended for good, waits for nobody, and reconciling it says why it cannot be", async () => {
    let system = await start();
    const { keys, post } = system;
    const program = { programId: "points", kind: "POINTS", unit: "PTS", issuer: "acme" };
    const terms = { refundWindowDays: 90, showBalance: false };
    must(await post("/v1/programs", { key: keys.issuer, body: { ...program, ...terms } }));
    const grant = { programId: "points", holder: "ann", amount: 30, acceptor: "store-1" };
    const url = "/v1/points-grants?waitFor=committed&timeoutMs=20000";
    must(await post(url, { key: keys.issuer, body: grant }));
    const { walletId = "" } = (await system.adapters.holders.find("ann")) ?? {};
    const [like] = await system.adapters.cards.walletCards(walletId, null, 10);
    if (like === undefined) throw new Error("a lot");
    const lot = await forgeLot(system, { like, minorUnits: 70 });
    const standing = async () => (await system.adapters.cards.card(lot))?.card.standing;
    await until(async () => (await standing())?.status === "SUSPENDED");
    expect(await standing()).toEqual({ status: "SUSPENDED", reason: "LEDGER_REJECTED" });

    system = await restart(system);
    expect(await status(system)).toMatchObject({ divergedCards: 0, lawGauge: "0" });
    const { rejections } = must(await system.get("/v1/ledger/rejections")).json<RejectionsAnswer>();
    expect(rejections).toMatchObject([{ type: "PointsGranted", diverged: [] }]);
    for (const to of ["LEDGER", "STORE"]) {
      const order = { key: keys.operator, name: "settle it", body: { to } };
      const answer = await system.post(`/v1/cards/${formatCardId(lot)}/reconcile`, order);
      expect(answer.json()).toMatchObject({ status: 409, code: "CARD_NOT_ON_LEDGER" });
      expect(answer.json<{ detail: string }>().detail).toContain("stays suspended");
    }
    const sale = {
      acceptor: "store-1",
      amount: 31,
      unit: "PTS",
      tenders: [{ wallet: "ann", programId: "points" }],
    };
    const refused = await system.post("/v1/write-offs", { key: keys.acceptor, body: sale });
    expect(refused.json()).toMatchObject({ code: "BALANCE_INSUFFICIENT", available: 30 });
  });
});

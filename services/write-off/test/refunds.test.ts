import type { WriteOffAnswer } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { badBodies, refusalOf } from "@scrip/testing";
import { committed, given } from "./support/given.ts";
import { granted, opened, stocked } from "./support/stock.ts";

async function sold(amount = 60) {
  const scrip = await given();
  await opened(scrip);
  const card = await stocked(scrip, 100);
  const key = await scrip.keyOf("ACCEPTOR", { participants: ["store-330"] }, "store-330");
  const body = { acceptor: "store-330", amount, tenders: [{ code: card.code }] };
  const answer = (await scrip.post("/v1/write-offs", { key, body })).json<WriteOffAnswer>();
  const { id } = answer.operation;
  return { scrip, card, key, answer, id, url: `/v1/write-offs/${id}/refund` };
}

describe("POST /v1/write-offs/{id}/refund", () => {
  it("gives back (part of) a sale, and the sale tells", async () => {
    const { scrip, card, key, id, url, answer } = await sold(60);
    const read = () => scrip.get(`/v1/write-offs/${id}`, key);
    const whole = { ...answer.operation, refunded: 0, refundable: 60 };
    expect((await read()).json()).toEqual({ ...committed(answer), operation: whole });
    const back = await scrip.post(`${url}?waitFor=committed`, {
      key,
      body: { amount: 20, reason: "RETURNED" },
    });
    expect([back.statusCode, back.json()]).toMatchObject([
      200,
      {
        operation: {
          type: "REFUND",
          writeOffId: id,
          amount: 20,
          reason: "RETURNED",
          cards: [{ cardId: card.id, amount: 20 }],
        },
        balances: [{ balance: 60, available: 60, unit: "CNY" }],
        finality: "COMMITTED",
      },
    ]);
    expect((await read()).json()).toMatchObject({
      operation: { status: "PARTIALLY_REFUNDED", amount: 60, refunded: 20, refundable: 40 },
      balances: answer.balances,
    });
    await scrip.post(url, { key, body: { amount: 40 } });
    expect((await read()).json()).toMatchObject({
      operation: { status: "REFUNDED", refunded: 60, refundable: 0 },
    });
  });

  it("is told as no longer possible once its window has closed", async () => {
    const { scrip, card, key, id, url } = await sold(60);
    const read = async () => (await scrip.get(`/v1/write-offs/${id}`, key)).json<object>();
    await scrip.post(url, { key, body: { amount: 20 } });
    scrip.parts.clock.advance(30 * 86_400_000 - 1);
    expect(await read()).toMatchObject({ operation: { refunded: 20, refundable: 40 } });
    scrip.parts.clock.advance(1);
    expect(await read()).toMatchObject({ operation: { refunded: 20, refundable: 0 } });
    // The next sale of the card drops what it kept of this one.
    const body = { acceptor: "store-330", amount: 1, tenders: [{ code: card.code }] };
    expect((await scrip.post("/v1/write-offs", { key, body })).statusCode).toBe(200);
    expect(await read()).toMatchObject({ operation: { refunded: null, refundable: 0 } });
  });

  it("refuses in code, and keeps that under the key", async () => {
    const { scrip, key, url } = await sold(60);
    const call = { key, body: { amount: 61 }, idempotencyKey: "r" };
    const first = await scrip.post(url, call);
    expect(first.json()).toMatchObject({
      status: 422,
      code: "REFUND_EXCEEDS_CAPTURE",
      refundable: 60,
    });
    await scrip.post(url, { key, body: { amount: 10 } });
    const again = await scrip.post(url, call);
    expect(again.headers["idempotency-replayed"]).toBe("true");
    expect(again.json()).toMatchObject({ refundable: 60 });
    scrip.parts.clock.advance(30 * 86_400_000);
    const late = await scrip.post(url, { key, body: { amount: 1 } });
    expect(late.json()).toMatchObject({ status: 422, code: "REFUND_WINDOW_CLOSED" });
  });

  it("tells a sale of somebody else like one that never was", async () => {
    const { scrip, id, url, key } = await sold();
    const others = [
      await scrip.keyOf("ACCEPTOR", { participants: ["store-2"] }, "store-2"),
      await scrip.keyOf("ACCEPTOR", { programs: ["other"] }),
    ];
    const never = `wo_${id.slice(3, 5)}${"ab".repeat(32)}`;
    const plain = ({ json }: { json: () => unknown }) => ({ ...(json() as object), instance: 0 });
    const unknown = plain(
      await scrip.post(`/v1/write-offs/${never}/refund`, { key, body: { amount: 1 } }),
    );
    expect(unknown).toMatchObject({ status: 404, code: "WRITE_OFF_NOT_FOUND" });
    for (const other of others) {
      expect(plain(await scrip.post(url, { key: other, body: { amount: 1 } }))).toEqual(unknown);
      expect(plain(await scrip.get(`/v1/write-offs/${id}`, other))).toEqual(unknown);
    }
    for (const wrong of [
      "x",
      `rf_${id.slice(3)}`,
      `wo_ff${id.slice(5)}`,
      id.toUpperCase(),
      "wo_",
    ]) {
      expect(
        plain(await scrip.post(`/v1/write-offs/${wrong}/refund`, { key, body: { amount: 1 } })),
      ).toEqual(unknown);
      expect(plain(await scrip.get(`/v1/write-offs/${wrong}`, key))).toEqual(unknown);
    }
  });

  it("of a wallet's sale goes back to its lots", async () => {
    const scrip = await given();
    await opened(scrip, { kind: "POINTS" });
    for (const points of [30, 12]) await granted(scrip, "h", points);
    const key = await scrip.keyOf("ACCEPTOR");
    const body = {
      acceptor: "store-330",
      amount: 40,
      tenders: [{ wallet: "h", programId: "points" }],
    };
    const { operation } = (
      await scrip.post("/v1/write-offs", { key, body })
    ).json<WriteOffAnswer>();
    const back = await scrip.post(`/v1/write-offs/${operation.id}/refund`, {
      key,
      body: { amount: 15 },
    });
    expect(back.json()).toMatchObject({ balances: [{ balance: 17, available: 17, unit: "PTS" }] });
    const read = await scrip.get(`/v1/write-offs/${operation.id}`, key);
    expect(read.json()).toMatchObject({
      operation: { status: "PARTIALLY_REFUNDED", refunded: 15, refundable: 25 },
    });
  });

  it("64 times one unit at once against 50 gives back 50", async () => {
    const { scrip, key, url } = await sold(50);
    const answers = await Promise.all(
      Array.from({ length: 64 }, () => scrip.post(url, { key, body: { amount: 1 } })),
    );
    const codes = answers.map((answer) => answer.json<{ code?: string }>().code ?? "BACK");
    expect(codes.filter((code) => code === "BACK")).toHaveLength(50);
    expect(codes.filter((code) => code === "REFUND_EXCEEDS_CAPTURE")).toHaveLength(14);
    expect(await scrip.parts.store.totals()).toMatchObject({ balance: 100n, refunded: 50n });
  });

  it("refuses bodies that are wrong, naming the field, and keeps nothing", async () => {
    const { scrip, key, url } = await sold();
    const call = { key, body: { amount: 5 }, idempotencyKey: "k" };
    const events = await scrip.eventCount();
    for (const bad of badBodies({ amount: 5 })) {
      const answer = await scrip.post(url, { ...call, ...bad });
      expect([bad.name, ...refusalOf(answer, bad.field)]).toEqual([
        bad.name,
        bad.status ?? 400,
        bad.field,
      ]);
    }
    expect(await scrip.eventCount()).toBe(events);
    const good = await scrip.post(url, call);
    expect([good.statusCode, good.headers["idempotency-replayed"]]).toEqual([200, undefined]);
  });

  it("takes no business time ahead of any clock, and no reason in other words", async () => {
    const { scrip, key, url } = await sold();
    for (const [body, field] of [
      [{ amount: 1, businessAt: "2026-01-01T00:01:01Z" }, "/businessAt"],
      [{ amount: 1, reason: "because" }, "/reason"],
    ] as const)
      expect((await scrip.post(url, { key, body })).json()).toMatchObject({
        status: 400,
        errors: [{ field }],
      });
  });
});

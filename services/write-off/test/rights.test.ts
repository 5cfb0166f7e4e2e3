import { roles, type Role } from "@scrip/ports";
import type { WriteOffAnswer } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { given, type Given } from "./support/given.ts";
import { granted, opened, stocked } from "./support/stock.ts";

async function sold(scrip: Given): Promise<{ id: string; code: string }> {
  await opened(scrip);
  const { code } = await stocked(scrip);
  const key = await scrip.keyOf("ACCEPTOR");
  const body = { acceptor: "store-1", amount: 1, tenders: [{ code }] };
  const answer = (await scrip.post("/v1/write-offs", { key, body })).json<WriteOffAnswer>();
  return { id: answer.operation.id, code };
}

interface Route {
  readonly name: string;
  readonly may: readonly Role[];
  readonly call: (
    scrip: Given,
    sale: { id: string; code: string },
    key: object,
  ) => ReturnType<Given["post"]>;
}

const routes: readonly Route[] = [
  {
    name: "POST /v1/write-offs",
    may: ["ACCEPTOR"],
    call: (scrip, { code }, key) =>
      scrip.post("/v1/write-offs", {
        ...key,
        body: { acceptor: "store-1", amount: 1, tenders: [{ code }] },
      }),
  },
  {
    name: "POST …/refund",
    may: ["ACCEPTOR"],
    call: (scrip, { id }, key) =>
      scrip.post(`/v1/write-offs/${id}/refund`, { ...key, body: { amount: 1 } }),
  },
  {
    name: "GET /v1/write-offs/{id}",
    may: ["ACCEPTOR", "OPERATOR"],
    call: (scrip, { id }, key) =>
      scrip.get(`/v1/write-offs/${id}`, "key" in key ? String(key.key) : undefined),
  },
];

describe.each(routes)("$name", ({ call, may }) => {
  it("admits its roles alone, and nobody without a key", async () => {
    const scrip = await given();
    const sale = await sold(scrip);
    const events = await scrip.eventCount();
    expect((await call(scrip, sale, {})).json()).toMatchObject({
      status: 401,
      code: "AUTHENTICATION_REQUIRED",
    });
    expect((await call(scrip, sale, { key: "sk_no" })).json()).toMatchObject({
      status: 401,
      code: "AUTHENTICATION_FAILED",
    });
    for (const role of roles.filter((one) => !may.includes(one))) {
      const answer = await call(scrip, sale, { key: await scrip.keyOf(role) });
      expect([role, answer.json()]).toMatchObject([
        role,
        { status: 403, code: "PERMISSION_DENIED" },
      ]);
    }
    expect(await scrip.eventCount()).toBe(events);
    for (const role of may) {
      const { statusCode } = await call(scrip, sale, { key: await scrip.keyOf(role) });
      expect([role, statusCode]).toEqual([role, 200]);
    }
  });
});

describe("scopes", () => {
  it("name the acceptors that a key sells for", async () => {
    const scrip = await given();
    const { code } = await sold(scrip);
    const key = await scrip.keyOf("ACCEPTOR", { participants: ["store-7"] }, "chain");
    const sell = (acceptor: string) =>
      scrip.post("/v1/write-offs", { key, body: { acceptor, amount: 1, tenders: [{ code }] } });
    expect((await sell("store-7")).statusCode).toBe(200);
    expect((await sell("chain")).statusCode).toBe(200);
    expect((await sell("store-8")).json()).toMatchObject({
      status: 403,
      code: "PERMISSION_DENIED",
    });
  });

  it("hide cards and sales of other programs, and count who asked for them", async () => {
    const scrip = await given();
    const { code, id } = await sold(scrip);
    const key = await scrip.keyOf("ACCEPTOR", { programs: ["other"] });
    const body = { acceptor: "store-1", amount: 1, tenders: [{ code }] };
    const hidden = [
      [await scrip.post("/v1/write-offs", { key, body }), "CARD_NOT_FOUND"],
      [await scrip.get(`/v1/write-offs/${id}`, key), "WRITE_OFF_NOT_FOUND"],
      [
        await scrip.post(`/v1/write-offs/${id}/refund`, { key, body: { amount: 1 } }),
        "WRITE_OFF_NOT_FOUND",
      ],
    ] as const;
    for (const [answer, not] of hidden)
      expect(answer.json()).toMatchObject({ status: 404, code: not });
    const metrics = (await scrip.get("/metrics")).body;
    for (const route of ["", "/:id", "/:id/refund"]) {
      const labels = `{reason="OUT_OF_SCOPE",route="/v1/write-offs${route}"}`;
      expect(metrics).toContain(`scrip_calls_denied_total${labels} 1`);
    }
  });

  it("let nobody spend a wallet who may not act for holders", async () => {
    const scrip = await given();
    await opened(scrip, { kind: "POINTS" });
    await granted(scrip, "h", 10);
    const key = await scrip.keyOf("ACCEPTOR", { holdersAct: false });
    const card = await stocked(scrip);
    for (const tender of [
      { wallet: "h", programId: "points" },
      { wallet: "h", cards: [card.id] },
    ]) {
      const body = { acceptor: "store-1", amount: 1, tenders: [tender] };
      expect((await scrip.post("/v1/write-offs", { key, body })).json()).toMatchObject({
        status: 403,
        code: "PERMISSION_DENIED",
      });
    }
    expect(await scrip.parts.store.totals()).toMatchObject({ writtenOff: 0n });
  });
});

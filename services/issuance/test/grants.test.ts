import { failing } from "@scrip/testing";
import type { GrantAnswer } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { badBodies, refusalOf } from "@scrip/testing";
import { given } from "./support/given.ts";
import { goldProgram, opened, pointsProgram } from "./support/stock.ts";

const url = "/v1/points-grants";
const body = {
  programId: "points",
  holder: "h-17",
  amount: 42,
  expiresAt: "2027-01-01T00:00:00Z",
  acceptor: "store-330",
  reference: "basket 31198570044",
  businessAt: "2017-01-01T11:53:26Z",
};

describe("POST /v1/points-grants", () => {
  it("gives the holder a lot, and says what the wallet holds in the program", async () => {
    const scrip = await given();
    const key = await opened(scrip, pointsProgram);
    const answer = await scrip.post(`${url}?waitFor=committed&timeoutMs=1000`, { key, body });
    const operation = {
      type: "POINTS_GRANT",
      status: "COMPLETED",
      amount: 42,
      programId: "points",
      acceptor: "store-330",
      reference: body.reference,
      businessAt: body.businessAt,
      at: "2026-01-01T00:00:00Z",
    };
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      operation,
      balances: [{ balance: 42, held: 0, available: 42, unit: "PTS" }],
      finality: "COMMITTED",
    });
    const { operation: granted } = answer.json<GrantAnswer>();
    expect(granted.id).toMatch(/^pg_/);
    const more = await scrip.post(url, {
      key,
      body: { programId: "points", holder: "h-17", amount: 8 },
    });
    expect(more.json()).toMatchObject({ balances: [{ balance: 50, available: 50 }] });
    expect(scrip.parts.ledger.registry.participant("store-330" as never)).toBeDefined();
  });

  it("refuses, in code, and keeps that under the key", async () => {
    const scrip = await given();
    const key = await opened(scrip, pointsProgram);
    await opened(scrip, goldProgram);
    const table = [[{ ...body, programId: "gold" }, 422, "PROGRAM_KIND_MISMATCH"]] as const;
    for (const [asked, status, code] of table) {
      const call = { key, body: asked, idempotencyKey: code };
      const first = await scrip.post(url, call);
      expect(first.json()).toMatchObject({ status, code });
      expect(first.headers["idempotency-replayed"]).toBeUndefined();
      scrip.parts.clock.advance(1);
      const again = await scrip.post(url, call);
      expect(again.headers["idempotency-replayed"]).toBe("true");
      expect({ ...again.json<object>(), instance: "" }).toEqual({
        ...first.json<object>(),
        instance: "",
      });
    }
    const unknown = await scrip.post(url, { key, body: { ...body, programId: "none" } });
    expect(unknown.json()).toMatchObject({ status: 404, code: "PROGRAM_NOT_FOUND" });
  });

  it("takes no expiry that is past, but repeats what was granted in time", async () => {
    const scrip = await given();
    const key = await opened(scrip, pointsProgram);
    const past = await scrip.post(url, {
      key,
      body: { ...body, expiresAt: "2025-12-31T23:59:59Z" },
    });
    expect(past.json()).toMatchObject({
      status: 400,
      code: "VALIDATION_FAILED",
      errors: [{ field: "/expiresAt" }],
    });
    const call = { key, body, idempotencyKey: "in time" };
    const granted = await scrip.post(url, call);
    scrip.parts.clock.advance(2 * 365 * 86_400_000);
    const again = await scrip.post(url, call);
    expect(again.statusCode).toBe(200);
    expect(again.json()).toMatchObject({
      operation: granted.json<{ operation: object }>().operation,
    });
  });

  it("says which limit would be exceeded, and how much it is", async () => {
    const scrip = await given();
    const key = await opened(scrip, { ...pointsProgram, balanceMax: 5 });
    const refused = await scrip.post(url, { key, body: { ...body, amount: 6 } });
    expect(refused.json()).toMatchObject({
      status: 422,
      code: "BALANCE_EXCEEDS_LIMIT",
      limit: "balanceMax",
      max: 5,
      detail: "A card holds at most 5 minor units (balanceMax of the program).",
    });
  });

  it("takes business times past, and not ahead of any clock", async () => {
    const scrip = await given();
    const key = await opened(scrip, pointsProgram);
    const at = (businessAt: string) => scrip.post(url, { key, body: { ...body, businessAt } });
    expect((await at("2016-01-01T00:00:00Z")).statusCode).toBe(200);
    expect((await at("1970-01-01T00:00:00Z")).json()).toMatchObject({
      status: 403,
      code: "LIMIT_EXCEEDED",
      limit: "backdatingDaysMax",
      detail: "The limit is backdatingDaysMax.",
    });
    expect((await at("2026-01-01T00:01:00Z")).statusCode).toBe(200);
    expect((await at("2026-01-01T00:01:00.001Z")).json()).toMatchObject({
      status: 400,
      code: "VALIDATION_FAILED",
      errors: [{ in: "body", field: "/businessAt" }],
    });
    expect((await at("2026-02-30T00:00:00Z")).json()).toMatchObject({
      errors: [{ field: "/businessAt" }],
    });
  });

  it("has one effect when the store fails after doing it", async () => {
    const scrip = await given({
      wrap: (store) =>
        failing(store, (method, nth) => (method === "save" && nth === 4 ? "AFTER" : "NONE")),
    });
    const key = await opened(scrip, pointsProgram);
    const call = { key, body, idempotencyKey: "g" };
    const first = await scrip.post(url, call);
    expect(first.json()).toMatchObject({
      status: 503,
      code: "STORE_UNAVAILABLE",
      outcomeKnown: false,
      retryable: true,
    });
    const again = await scrip.post(url, call);
    expect([again.statusCode, again.headers["idempotency-replayed"]]).toEqual([200, "true"]);
    expect(await scrip.parts.store.totals()).toMatchObject({ cards: 1, loaded: 42n });
  });

  it("refuses bodies that are wrong, naming the field, and keeps nothing", async () => {
    const scrip = await given();
    const key = await opened(scrip, pointsProgram);
    const call = { key, body, idempotencyKey: "k" };
    const events = await scrip.eventCount();
    for (const bad of badBodies({ programId: "points", holder: "h-17", amount: 5 })) {
      const answer = await scrip.post(url, { ...call, ...bad });
      expect([bad.name, ...refusalOf(answer, bad.field)]).toEqual([
        bad.name,
        bad.status ?? 400,
        bad.field,
      ]);
    }
    expect(await scrip.eventCount()).toBe(events);
    // The key is as fresh as it was.
    const good = await scrip.post(url, call);
    expect([good.statusCode, good.headers["idempotency-replayed"]]).toEqual([200, undefined]);
  });

  it("needs a key of its own", async () => {
    const scrip = await given();
    const key = await opened(scrip, pointsProgram);
    const missing = await scrip.post(url, { key, body, idempotencyKey: null });
    expect(missing.json()).toMatchObject({ status: 400, code: "IDEMPOTENCY_KEY_MISSING" });
  });
});

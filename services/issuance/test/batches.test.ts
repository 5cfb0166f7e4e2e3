import { failing } from "@scrip/testing";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { given, replacing } from "./support/given.ts";
import { generated, goldProgram, opened, pointsProgram, stocked } from "./support/stock.ts";

describe("POST /v1/programs", () => {
  it("answers 201 with the first version, COMMITTED, and registers the issuer", async () => {
    const scrip = await given();
    const key = await scrip.keyOf("ISSUER");
    const answer = await scrip.post("/v1/programs", {
      key,
      body: goldProgram,
      idempotencyKey: "p",
    });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toEqual({
      program: {
        ...goldProgram,
        version: 1,
        spendByCodeWhenBound: false,
        balanceMax: null,
        spendMax: null,
        dailySpendMax: null,
        acceptors: null,
        backdatingDaysMax: 31,
        effectiveFrom: "2026-01-01T00:00:00Z",
      },
      eventId: expect.stringMatching(/^evt_[0-9a-f]{64}$/) as string,
      finality: "COMMITTED",
    });
    expect(scrip.parts.ledger.registry.participant("acme" as never)).toBeDefined();
    const again = await scrip.post("/v1/programs", { key, body: goldProgram, idempotencyKey: "p" });
    expect([again.statusCode, again.headers["idempotency-replayed"], again.json()]).toEqual([
      201,
      "true",
      answer.json(),
    ]);
    const other = await scrip.post("/v1/programs", { key, body: goldProgram, idempotencyKey: "q" });
    expect(other.json()).toMatchObject({ status: 409, code: "PROGRAM_ALREADY_EXISTS" });
    const reused = { ...goldProgram, showBalance: true };
    const wrong = await scrip.post("/v1/programs", { key, body: reused, idempotencyKey: "p" });
    expect(wrong.json()).toMatchObject({ status: 422, code: "IDEMPOTENCY_KEY_REUSED" });
  });

  it("answers 202 when the ledger takes longer, and what needs it meanwhile 409 with Retry-After", async () => {
    const scrip = await given();
    const key = await scrip.keyOf("ISSUER");
    await opened(scrip, { ...goldProgram, programId: "first" });
    scrip.parts.ledger.hold();
    const [program, batch, grant] = await Promise.all([
      scrip.post("/v1/programs", { key, body: goldProgram }),
      wait(300).then(() =>
        scrip.post("/v1/batches", { key, body: { programId: "gold", count: 1, faceValue: 1 } }),
      ),
      wait(300).then(() =>
        scrip.post("/v1/points-grants", {
          key,
          body: { programId: "gold", holder: "a", amount: 1 },
        }),
      ),
    ]);
    expect([program.statusCode, program.json()]).toMatchObject([202, { finality: "ACCEPTED" }]);
    for (const early of [batch, grant]) {
      expect(early.json()).toMatchObject({
        status: 409,
        code: "NOT_COMMITTED_YET",
        retryable: true,
      });
      expect(early.headers["retry-after"]).toBe("1");
    }
    const events = await scrip.eventCount();
    scrip.parts.ledger.release();
    await scrip.parts.ledger.idle();
    expect(await scrip.eventCount()).toBe(events);
    const after = await scrip.post("/v1/batches", {
      key,
      body: { programId: "gold", count: 1, faceValue: 1 },
    });
    expect(after.statusCode).toBe(202);
  });
});

describe("POST /v1/participants", () => {
  it("registers an organisation, once", async () => {
    const scrip = await given({ registers: false });
    const key = await scrip.keyOf("OPERATOR");
    const issuer = await scrip.keyOf("ISSUER");
    const unknown = await scrip.post("/v1/programs", { key: issuer, body: goldProgram });
    expect(unknown.json()).toMatchObject({ status: 404, code: "PARTICIPANT_NOT_FOUND" });
    const body = { participantId: "acme" };
    const answer = await scrip.post("/v1/participants", { key, body });
    expect([answer.statusCode, answer.json()]).toMatchObject([
      201,
      {
        participant: { participantId: "acme", registeredAt: "2026-01-01T00:00:00Z" },
        finality: "COMMITTED",
      },
    ]);
    const again = await scrip.post("/v1/participants", { key, body });
    expect(again.json()).toMatchObject({ status: 409, code: "PARTICIPANT_ALREADY_EXISTS" });
    expect((await scrip.post("/v1/programs", { key: issuer, body: goldProgram })).statusCode).toBe(
      201,
    );
  });
});

describe("POST /v1/batches", () => {
  it("answers 202, and the cards come; the batch tells how far they are", async () => {
    const scrip = await given();
    const { key, at, batchId } = await stocked(scrip, { count: 1_234 });
    expect((await scrip.get(at, key)).json()).toEqual({
      batchId,
      programId: "gold",
      issuer: "acme",
      count: 1_234,
      faceValue: 100,
      expiresAt: null,
      createdAt: "2026-01-01T00:00:00Z",
      status: "GENERATED",
      generated: 1_234,
      steps: [],
    });
    expect((await scrip.parts.store.totals()).cards).toBe(1_234);
  });

  it("has one batch per key", async () => {
    const scrip = await given();
    const key = await opened(scrip);
    const body = { programId: "gold", count: 2, faceValue: 5 };
    const asked = Array.from({ length: 16 }, () =>
      scrip.post("/v1/batches", { key, body, idempotencyKey: "one" }),
    );
    const ids = new Set(
      (await Promise.all(asked)).map(
        (one) => one.json<{ batch: { batchId: string } }>().batch.batchId,
      ),
    );
    expect(ids.size).toBe(1);
    const other = await scrip.post("/v1/batches", {
      key,
      body: { ...body, count: 3 },
      idempotencyKey: "one",
    });
    expect(other.json()).toMatchObject({ status: 422, code: "IDEMPOTENCY_KEY_REUSED" });
    await generated(scrip, `/v1/batches/${[...ids][0]}`, key);
    expect((await scrip.parts.store.totals()).cards).toBe(2);
  });

  it("refuses what cannot be", async () => {
    const scrip = await given();
    const key = await opened(scrip);
    await opened(scrip, pointsProgram);
    const body = { programId: "gold", count: 1, faceValue: 1 };
    const table = [
      [{ ...body, programId: "none" }, 404, "PROGRAM_NOT_FOUND"],
      [{ ...body, programId: "points" }, 422, "PROGRAM_KIND_MISMATCH"],
      [{ ...body, expiresAt: "2025-12-31T23:59:59Z" }, 400, "VALIDATION_FAILED"],
      [{ ...body, count: 0 }, 400, "VALIDATION_FAILED"],
      [{ ...body, count: 10_000_001 }, 400, "VALIDATION_FAILED"],
      [{ ...body, faceValue: 2 ** 53 }, 400, "VALIDATION_FAILED"],
      [{ ...body, faceValue: 0 }, 400, "VALIDATION_FAILED"],
    ] as const;
    for (const [asked, status, code] of table)
      expect((await scrip.post("/v1/batches", { key, body: asked })).json()).toMatchObject({
        status,
        code,
      });
  });

  it("refuses an expiry that has passed by its field, but not when the order was made in time", async () => {
    const scrip = await given();
    const key = await opened(scrip);
    const body = { programId: "gold", count: 1, faceValue: 1, expiresAt: "2026-01-01T00:00:01Z" };
    const order = () => scrip.post("/v1/batches", { key, body, idempotencyKey: "in time" });
    const first = await order();
    scrip.parts.clock.advance(1_000);
    const again = await order();
    expect([again.statusCode, again.json()]).toEqual([202, first.json()]);
    const late = await scrip.post("/v1/batches", { key, body });
    expect(late.json()).toMatchObject({
      status: 400,
      code: "VALIDATION_FAILED",
      errors: [{ in: "body", field: "/expiresAt", detail: "must lie in the future" }],
    });
  });

  it("begins when the ledger has the batch, though that took longer than the answer", async () => {
    const scrip = await given();
    const key = await opened(scrip);
    scrip.parts.ledger.hold();
    const body = { programId: "gold", count: 5, faceValue: 1 };
    const answer = await scrip.post("/v1/batches", { key, body });
    expect(answer.json()).toMatchObject({ finality: "ACCEPTED" });
    scrip.parts.ledger.release();
    while ((await scrip.parts.store.totals()).cards < 5) await wait(5);
    expect((await scrip.parts.store.totals()).cards).toBe(5);
  });

  it("goes on by itself after the store failed, and after a new start", async () => {
    let failed = 0;
    const scrip = await given({
      wrap: (store) =>
        failing(store, (method, nth) => {
          const fault = method === "save" && nth > 3 && failed < 1 ? "AFTER" : "NONE";
          if (fault === "AFTER") failed += 1;
          return fault;
        }),
    });
    const { at, key } = await stocked(scrip, { count: 700 });
    expect(failed).toBe(1);
    expect((await scrip.get(at, key)).json()).toMatchObject({ generated: 700 });
    expect((await scrip.parts.store.totals()).cards).toBe(700);
    await scrip.parts.service.resume(scrip.parts.ledger.registry.batches());
    await scrip.parts.service.stop();
    expect((await scrip.parts.store.totals()).cards).toBe(700);
  });
});

describe("a batch whose seed is lost", () => {
  it("stays as it is, says so once in the log, and does not keep others from being made", async () => {
    let lost = true;
    const scrip = await given({
      wrapVault: (vault) =>
        replacing(vault, { seed: async (id) => (lost ? undefined : await vault.seed(id)) }),
    });
    const key = await opened(scrip);
    const body = { programId: "gold", count: 2, faceValue: 5 };
    const created = await scrip.post("/v1/batches", { key, body });
    const at = `/v1/batches/${created.json<{ batch: { batchId: string } }>().batch.batchId}`;
    for (let nth = 0; nth < 3; nth += 1)
      expect((await scrip.get(at, key)).json()).toMatchObject({
        status: "GENERATING",
        generated: 0,
      });
    const said = () => scrip.parts.lines.filter((line) => line.includes("generation cannot go on"));
    while (said().length === 0) await wait(2);
    const early = await scrip.post(`${at}/distribute`, { key, body: { cards: "ALL" } });
    expect(early.json()).toMatchObject({ status: 409, code: "NOT_COMMITTED_YET" });
    expect(said()).toHaveLength(1);
    lost = false;
    await stocked(scrip, { count: 3, key });
    expect((await scrip.parts.store.totals()).cards).toBe(3);
  });
});

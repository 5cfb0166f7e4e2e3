import { describe, expect, it } from "vitest";
import {
  effectiveFromAheadMaxMs,
  effectiveFromBehindMaxMs,
  versionPutOffMaxMs,
} from "../src/programs/limits.ts";
import { given } from "./support/given.ts";
import { goldProgram, opened, pointsProgram } from "./support/stock.ts";

const url = "/v1/programs/gold/versions";
const textOf = (ms: number): string => new Date(ms).toISOString();

describe("POST /v1/programs/{id}/versions", () => {
  it("takes no start that is past, but repeats what was asked in time", async () => {
    const scrip = await given();
    const key = await opened(scrip);
    const startMs = scrip.parts.clock.nowMs();
    const past = await scrip.post(url, {
      key,
      body: { effectiveFrom: textOf(startMs - effectiveFromBehindMaxMs) },
    });
    expect(past.json()).toMatchObject({
      status: 400,
      code: "VALIDATION_FAILED",
      errors: [{ in: "body", field: "/effectiveFrom" }],
    });
    const call = {
      key,
      body: { effectiveFrom: textOf(startMs + 5_000), showBalance: true },
      idempotencyKey: "in time",
    };
    const changed = await scrip.post(url, call);
    expect(changed.json()).toMatchObject({ program: { version: 2, showBalance: true } });
    scrip.parts.clock.advance(86_400_000);
    const again = await scrip.post(url, call);
    expect([again.statusCode, again.headers["idempotency-replayed"]]).toEqual([201, "true"]);
  });

  it("bears with a slow clock: such a version rules as soon as may be, and the answer says when", async () => {
    const scrip = await given();
    const key = await opened(scrip);
    const nowMs = scrip.parts.clock.nowMs();
    const late = await scrip.post(url, {
      key,
      body: { effectiveFrom: textOf(nowMs - effectiveFromBehindMaxMs + 1), showBalance: true },
    });
    expect(late.statusCode).toBe(201);
    const { program } = late.json<{ program: { effectiveFrom: string } }>();
    expect(Date.parse(program.effectiveFrom)).toBe(nowMs);
  });

  it("begins no further ahead than a slip of the year could not reach", async () => {
    const scrip = await given();
    const key = await opened(scrip);
    const furthestMs = scrip.parts.clock.nowMs() + effectiveFromAheadMaxMs;
    for (const effectiveFrom of ["9999-01-01T00:00:00Z", textOf(furthestMs + 1)]) {
      const body = { effectiveFrom, showBalance: true };
      const far = await scrip.post(url, { key, body });
      expect(far.json()).toMatchObject({
        status: 400,
        errors: [{ in: "body", field: "/effectiveFrom" }],
      });
    }
    const body = { effectiveFrom: textOf(furthestMs), showBalance: true };
    expect((await scrip.post(url, { key, body })).statusCode).toBe(201);
  });

  it("is told of an announced version that would rule first, and is taken behind it", async () => {
    const scrip = await given();
    const key = await opened(scrip);
    const startMs = scrip.parts.clock.nowMs();
    const effectiveFrom = textOf(startMs + 86_400_000);
    const call = { key, body: { effectiveFrom, spendMax: 1 }, idempotencyKey: "announced" };
    expect((await scrip.post(url, call)).statusCode).toBe(201);
    for (const body of [
      { spendMax: 500 },
      { spendMax: 500, effectiveFrom: textOf(startMs + 86_399_999) },
    ]) {
      const sooner = await scrip.post(url, { key, body });
      expect(sooner.json()).toMatchObject({
        status: 409,
        code: "PROGRAM_VERSION_PENDING",
        version: 2,
        effectiveFrom: expect.stringContaining(effectiveFrom.slice(0, 19)),
      });
    }
    expect((await scrip.post(url, call)).headers["idempotency-replayed"]).toBe("true");
    const behind = await scrip.post(url, { key, body: { spendMax: 500, effectiveFrom } });
    expect(behind.json()).toMatchObject({ program: { version: 3, spendMax: 500 } });
  });

  it("waits without a word for one that rules in a moment", async () => {
    const scrip = await given();
    const key = await opened(scrip);
    const effectiveFrom = textOf(scrip.parts.clock.nowMs() + versionPutOffMaxMs);
    await scrip.post(url, { key, body: { effectiveFrom, spendMax: 1 } });
    const next = await scrip.post(url, { key, body: { spendMax: 2 } });
    expect([next.statusCode, next.json()]).toMatchObject([201, { program: { version: 3 } }]);
  });

  it("takes no change that is none, and none that nobody can mean", async () => {
    const scrip = await given();
    const key = await opened(scrip, { ...goldProgram, dailySpendMax: 500 });
    const effectiveFrom = textOf(scrip.parts.clock.nowMs() + 5_000);
    const faulty: readonly (readonly [object, string])[] = [
      [{}, ""],
      [{ effectiveFrom }, ""],
      [{ acceptors: [] }, "/acceptors"],
      [{ spendMax: 501 }, "/spendMax"],
      [{ spendMax: 2, dailySpendMax: 1 }, "/spendMax"],
    ];
    for (const [body, field] of faulty) {
      const answer = await scrip.post(url, { key, body });
      expect([body, answer.statusCode, answer.json()]).toMatchObject([
        body,
        400,
        { code: "VALIDATION_FAILED", errors: [{ in: "body", field }] },
      ]);
    }
    for (const body of [
      { spendMax: 500 },
      { dailySpendMax: null, spendMax: 900 },
      { acceptors: null },
    ])
      expect((await scrip.post(url, { key, body })).statusCode).toBe(201);
  });
});

describe("POST /v1/programs", () => {
  const mistakes: readonly (readonly [string, object, string])[] = [
    ["nobody who may take the cards", { acceptors: [] }, "/acceptors"],
    ["more at once than in a day", { spendMax: 2, dailySpendMax: 1 }, "/spendMax"],
    ["gift cards of points", { unit: "PTS" }, "/unit"],
    ["gift cards of a currency that is none", { unit: "QQQ" }, "/unit"],
    ["points of a currency", { ...pointsProgram, unit: "CNY" }, "/unit"],
    ["points that count days", { ...pointsProgram, dailySpendMax: 5 }, "/dailySpendMax"],
  ];

  it.each(mistakes)("refuses what is surely a mistake: %s", async (_, more, field) => {
    const scrip = await given();
    const key = await scrip.keyOf("ISSUER");
    const answer = await scrip.post("/v1/programs", { key, body: { ...goldProgram, ...more } });
    expect([answer.statusCode, answer.json()]).toMatchObject([
      400,
      { code: "VALIDATION_FAILED", errors: [{ in: "body", field }] },
    ]);
    expect(await scrip.eventCount()).toBe(0);
  });

  it("takes limits that agree, and points of any unit of their own", async () => {
    const scrip = await given();
    await opened(scrip, { ...goldProgram, spendMax: 1, dailySpendMax: 1 });
    await opened(scrip, { ...pointsProgram, unit: "MIL", spendMax: 5, dailySpendMax: null });
    expect(await scrip.eventCount()).toBeGreaterThanOrEqual(2);
  });

  it("leaves to its key what was asked under one before: a mistake there is another body", async () => {
    const scrip = await given();
    const key = await opened(scrip);
    const body = { ...goldProgram, acceptors: [] };
    const call = { key, body, idempotencyKey: "old" };
    await scrip.post("/v1/programs", { ...call, body: goldProgram });
    const again = await scrip.post("/v1/programs", call);
    expect([again.statusCode, again.json()]).toMatchObject([
      422,
      { code: "IDEMPOTENCY_KEY_REUSED" },
    ]);
  });
});

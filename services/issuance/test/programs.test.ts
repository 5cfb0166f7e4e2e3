import { describe, expect, it } from "vitest";
import { effectiveFromBehindMaxMs } from "../src/programs/limits.ts";
import { given } from "./support/given.ts";
import { opened } from "./support/stock.ts";

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
      body: { effectiveFrom: textOf(nowMs - effectiveFromBehindMaxMs + 1) },
    });
    expect(late.statusCode).toBe(201);
    const { program } = late.json<{ program: { effectiveFrom: string } }>();
    expect(Date.parse(program.effectiveFrom)).toBe(nowMs);
  });
});

import { describe, expect, it } from "vitest";
import { amount, batchCardsMax, refundWindowDaysMax, timeMaxMs } from "../src/index.ts";
import { createBatch, createProgram, grant, registerParticipant } from "./stage/commands.ts";
import { acme, batch, cardNo, gold, kiosk, mia, points, t0 } from "./stage/fixtures.ts";
import { first, given } from "./stage/given.ts";

describe("programs", () => {
  it("begin with version 1, in force from their own time", () => {
    const { after } = given({})
      .when(createProgram({ nowMs: t0 }))
      .accepted();
    expect(after.program).toEqual(gold);
  });
  it("exist once", () => {
    const outcome = given({ program: gold }).when(createProgram());
    expect(outcome.refused()).toEqual({ code: "PROGRAM_ALREADY_EXISTS" });
  });
  it("have a refund window of whole days, from none to ten years", () => {
    for (const refundWindowDays of [0, refundWindowDaysMax])
      given({}).when(createProgram({ refundWindowDays })).accepted();
    for (const refundWindowDays of [-1, 0.5, refundWindowDaysMax + 1, NaN])
      expect(given({}).when(createProgram({ refundWindowDays })).refused()).toMatchObject({
        code: "LIMIT_EXCEEDED",
      });
  });
  it("are not made at times no calendar can write", () => {
    for (const nowMs of [-1, 0.5, timeMaxMs + 1])
      expect(given({}).when(createProgram({ nowMs })).refused()).toMatchObject({
        code: "LIMIT_EXCEEDED",
      });
  });
});

describe("batches", () => {
  it("name what may be generated, nothing of it yet", () => {
    const { after } = given({ program: gold })
      .when(createBatch({ nowMs: t0 }))
      .accepted();
    expect(after.batch).toEqual(batch);
  });
  it("exist once", () => {
    const outcome = given({ program: gold, batch }).when(createBatch());
    expect(outcome.refused()).toEqual({ code: "BATCH_ALREADY_EXISTS" });
  });
  it("need a program, of gift cards", () => {
    expect(given({}).when(createBatch()).refused()).toEqual({ code: "PROGRAM_NOT_FOUND" });
    const outcome = given({ program: points }).when(createBatch());
    expect(outcome.refused()).toEqual({ code: "PROGRAM_KIND_MISMATCH" });
  });
  it("hold cards of some value, at least one and at most so many", () => {
    const refusal = (change: Parameters<typeof createBatch>[0]) =>
      given({ program: gold }).when(createBatch(change)).refused().code;
    expect(refusal({ faceValue: amount(0) })).toBe("AMOUNT_INVALID");
    expect(refusal({ count: 0 })).toBe("LIMIT_EXCEEDED");
    expect(refusal({ count: 1.5 })).toBe("LIMIT_EXCEEDED");
    expect(refusal({ count: batchCardsMax + 1 })).toBe("LIMIT_EXCEEDED");
    given({ program: gold })
      .when(createBatch({ count: batchCardsMax }))
      .accepted();
  });
  it("are not expired at birth", () => {
    const command = createBatch({ nowMs: t0, expiresAtMs: t0 });
    expect(given({ program: gold }).when(command).refused()).toEqual({ code: "CARD_EXPIRED" });
  });
  it("bear no time before the terms they are made under", () => {
    const { event } = given({ program: gold })
      .when(createBatch({ nowMs: t0 - 5 }))
      .accepted();
    expect(event.atMs).toBe(gold.effectiveFromMs);
  });
});

describe("participants", () => {
  it("are registered once", () => {
    const { after } = given({})
      .when(registerParticipant({ nowMs: t0 }))
      .accepted();
    expect(after.participant).toEqual({ participantId: kiosk, registeredAtMs: t0 });
    const again = given({ participant: after.participant }).when(registerParticipant());
    expect(again.refused()).toEqual({ code: "PARTICIPANT_ALREADY_EXISTS" });
  });
});

describe("points grants", () => {
  it("make a lot that is loaded, active and bound at birth", () => {
    const { after } = given({ program: points })
      .when(grant(42, { nowMs: t0 }))
      .accepted();
    expect(first(after.cards)).toMatchObject({
      cardId: cardNo(1),
      batchId: null,
      distributor: null,
      issuer: acme,
      faceValue: 42n,
      balance: 42n,
      sums: { loaded: 42n },
      standing: { status: "ACTIVE" },
      binding: { kind: "BOUND", holder: mia },
      version: 1,
      generatedAtMs: t0,
    });
  });
  it("are for points programs", () => {
    const outcome = given({ program: gold }).when(grant(42));
    expect(outcome.refused()).toEqual({ code: "PROGRAM_KIND_MISMATCH" });
  });
  it("grant something, and not what is expired already", () => {
    const when = given({ program: points });
    expect(when.when(grant(0)).refused()).toEqual({ code: "AMOUNT_INVALID" });
    const late = grant(1, { nowMs: t0 + 1, expiresAtMs: t0 + 1 });
    expect(when.when(late).refused()).toEqual({ code: "CARD_EXPIRED" });
  });
});

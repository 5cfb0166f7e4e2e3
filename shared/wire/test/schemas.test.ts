import { Ajv } from "ajv";
import { isName } from "@scrip/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as wire from "@scrip/wire";
import { formatCursor, limitOf, offsetOf, parseCursor, waitMsOf } from "@scrip/wire";

// As the services set it up.
const ajv = new Ajv({
  coerceTypes: false,
  removeAdditional: false,
  useDefaults: false,
  allErrors: true,
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
});

const accepts = (schema: object, value: unknown): boolean => ajv.validate(schema, value);

const code = "10000-00000-00000-00000-00002";
const cardId = `card_${"ab".repeat(20)}`;
const time = "2026-11-22T20:49:00Z";
const program = {
  programId: "gold",
  kind: "GIFT_CARD",
  unit: "CNY",
  issuer: "acme",
  refundWindowDays: 90,
  showBalance: false,
};
const sale = { acceptor: "store-330", amount: 2599, tenders: [{ code }] };
const grant = { programId: "points", holder: "h-17", amount: 42 };

/** For each body: what it takes, then what it refuses. */
const bodies: Record<string, { schema: object; yes: readonly unknown[]; no: readonly unknown[] }> =
  {
    programBody: {
      schema: wire.programBody,
      yes: [
        program,
        { ...program, spendByCodeWhenBound: true },
        { ...program, kind: "POINTS", unit: "PTS" },
      ],
      no: [
        { ...program, unit: "cny" },
        { ...program, kind: "OTHER" },
        { ...program, refundWindowDays: -1 },
        { ...program, refundWindowDays: 3_661 },
        { ...program, showBalance: "false" },
        { ...program, programId: "Gold" },
        { ...program, programId: "" },
        { ...program, version: 1 },
      ],
    },
    batchBody: {
      schema: wire.batchBody,
      yes: [
        { programId: "gold", count: 1000, faceValue: 10_000, expiresAt: time },
        { programId: "gold", count: 1, faceValue: 1, expiresAt: null },
        { programId: "gold", count: 10_000_000, faceValue: Number.MAX_SAFE_INTEGER },
      ],
      no: [
        { programId: "gold", count: 0, faceValue: 1 },
        { programId: "gold", count: 10_000_001, faceValue: 1 },
        { programId: "gold", count: 1, faceValue: 0 },
        { programId: "gold", count: 1, faceValue: 1, expiresAt: "2027-02-29T00:00:00Z" },
        { programId: "gold", count: 1, faceValue: 1, expiresAt: 5 },
      ],
    },
    participantBody: {
      schema: wire.participantBody,
      yes: [{ participantId: "north" }],
      no: [{}, { participantId: 1 }],
    },
    acquireBody: {
      schema: wire.acquireBody,
      yes: [{ distributor: "north" }],
      no: [{ distributor: "-north" }],
    },
    distributeBody: {
      schema: wire.distributeBody,
      yes: [{ cards: "ALL" }, { cards: [cardId] }, { cards: "ALL", distributor: "north" }],
      no: [
        { cards: "all" },
        { cards: [] },
        { cards: [cardId, cardId] },
        { cards: ["ab".repeat(20)] },
        {
          cards: Array.from(
            { length: 1_001 },
            (_, i) => `card_${i.toString(16).padStart(40, "0")}`,
          ),
        },
      ],
    },
    codesConfirmBody: {
      schema: wire.codesConfirmBody,
      yes: [{ count: 3, sha256: "ab".repeat(32) }],
      no: [{ count: 3 }, { count: 3, sha256: "AB".repeat(32) }],
    },
    grantBody: {
      schema: wire.grantBody,
      yes: [
        grant,
        { ...grant, expiresAt: null },
        { ...grant, acceptor: "store-330", reference: "basket 31198570044", businessAt: time },
      ],
      no: [
        { ...grant, holder: "" },
        { ...grant, holder: "a\nb" },
        { ...grant, holder: "x".repeat(129) },
        { ...grant, amount: 0 },
        { ...grant, businessAt: null },
      ],
    },
    bindingBody: {
      schema: wire.bindingBody,
      yes: [{ code, holder: "h-17" }],
      no: [{ code }, { code: "", holder: "h" }],
    },
    writeOffBody: {
      schema: wire.writeOffBody,
      yes: [
        { ...sale, allowPartial: false, reference: "order 7", businessAt: time },
        {
          ...sale,
          unit: "PTS",
          tenders: [{ wallet: "h-17", programId: "points" }],
          minimumAvailable: 20,
        },
        { ...sale, unit: "CNY", tenders: [{ wallet: "h-17", cards: [cardId] }] },
      ],
      no: [
        { ...sale, amount: "5" },
        { ...sale, amount: true },
        { ...sale, amount: [5] },
        { ...sale, amount: 5.5 },
        { ...sale, amount: 0 },
        { ...sale, amount: -1 },
        { ...sale, amount: 2 ** 53 },
        { ...sale, amount: null },
        { ...sale, tenders: [] },
        { ...sale, tenders: [{ code }, { code }] },
        { ...sale, tenders: [{ cardId }] },
        { ...sale, tenders: [{ code, wallet: "h-17" }] },
        { ...sale, tenders: [{ wallet: "h-17" }] },
        { ...sale, tenders: [{ wallet: "h-17", programId: "points", cards: [cardId] }] },
        { ...sale, tenders: [{ wallet: "h-17", cards: [cardId, cardId] }] },
        { ...sale, tip: 1 },
        {},
        [],
        null,
      ],
    },
    refundBody: {
      schema: wire.refundBody,
      yes: [{ amount: 500, reason: "RETURNED" }, { amount: 1 }],
      no: [{ amount: 500, reason: "returned" }, { reason: "RETURNED" }],
    },
    verifyBody: {
      schema: wire.verifyBody,
      yes: [{ code }, { code, amount: 2599 }, { cardId }],
      no: [{ cardId, amount: 2599 }, { code, cardId }, {}],
    },
  };

describe("bodies", () => {
  it.each(Object.entries(bodies))(
    "%s takes what it should and nothing else",
    (_name, { schema, yes, no }) => {
      for (const body of yes)
        expect({ body, accepted: accepts(schema, body) }).toEqual({ body, accepted: true });
      for (const body of no)
        expect({ body, accepted: accepts(schema, body) }).toEqual({ body, accepted: false });
    },
  );
});

describe("schemas", () => {
  const all = Object.entries<unknown>(wire).flatMap(([name, value]) =>
    /(?:Body|Answer|Params|Query)$/.test(name) && typeof value === "object" && value !== null
      ? [{ name, schema: value }]
      : [],
  );

  it("compile strictly, and every object in them names all it may hold", () => {
    expect(all.length).toBeGreaterThan(25);
    const open = (schema: unknown): boolean => {
      if (typeof schema !== "object" || schema === null) return false;
      const isOpen =
        "properties" in schema &&
        !("additionalProperties" in schema && schema.additionalProperties === false);
      return isOpen || Object.values(schema).some(open);
    };
    for (const { name, schema } of all) {
      expect(() => ajv.compile(schema), name).not.toThrow();
      expect(open(schema), name).toBe(false);
    }
  });

  it("name programs and participants as the domain does", () => {
    const names = fc.oneof(fc.stringMatching(/^[a-z0-9._-]{0,66}$/), fc.string());
    fc.assert(
      fc.property(names, (participantId) => {
        expect(accepts(wire.participantBody, { participantId })).toBe(isName(participantId));
      }),
    );
  });
});

describe("parameters", () => {
  it("are text, with limits", () => {
    for (const timeoutMs of ["1", "5000", "30000"]) {
      expect(accepts(wire.waitQuery, { waitFor: "committed", timeoutMs })).toBe(true);
    }
    for (const timeoutMs of ["0", "30001", "99999", "-1", "5e3", "", "05", 5_000]) {
      expect(accepts(wire.waitQuery, { waitFor: "committed", timeoutMs })).toBe(false);
    }
    expect(accepts(wire.waitQuery, { waitFor: "endorsed" })).toBe(false);
    for (const limit of ["1", "50", "500"]) expect(accepts(wire.pageQuery, { limit })).toBe(true);
    for (const limit of ["0", "501", "1000", "x"])
      expect(accepts(wire.pageQuery, { limit })).toBe(false);
  });

  it("mean what they say", () => {
    expect(waitMsOf({})).toBe(0);
    expect(waitMsOf({ timeoutMs: "100" })).toBe(0);
    expect(waitMsOf({ waitFor: "committed" })).toBe(5_000);
    expect(waitMsOf({ waitFor: "committed", timeoutMs: "100" })).toBe(100);
    expect(limitOf({})).toBe(50);
    expect(limitOf({ limit: "7" })).toBe(7);
    expect(offsetOf({})).toBe(0);
    expect(offsetOf({ offset: "12" })).toBe(12);
  });

  it("hold a cursor only for the list that made it", () => {
    fc.assert(
      fc.property(fc.oneof(fc.maxSafeInteger(), fc.string()), (after) => {
        expect(parseCursor("history", formatCursor("history", after))).toBe(after);
        expect(parseCursor("wallet", formatCursor("history", after))).toBeNull();
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseCursor("history", text)).toBeNull();
      }),
    );
  });
});

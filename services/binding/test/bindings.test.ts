import { failing } from "@scrip/testing";
import type { BindingAnswer } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { given } from "./support/given.ts";

async function withCard() {
  const scrip = await given();
  const card = await scrip.card();
  const key = await scrip.keyOf("ACCEPTOR");
  return { scrip, card, key };
}

describe("POST /v1/bindings", () => {
  it("puts the card of a code into a holder's wallet", async () => {
    const { scrip, card, key } = await withCard();
    const answer = await scrip.bind({ key, body: { code: card.code, holder: "h-17" } });
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      {
        operation: {
          id: expect.stringMatching(/^bd_[0-9a-f]{66}$/) as string,
          type: "BIND",
          status: "COMPLETED",
          cardId: card.id,
          programId: "gold",
          at: "2026-01-01T00:00:00Z",
        },
        balances: [{ balance: 100, held: 0, available: 100, unit: "CNY" }],
        eventId: expect.stringMatching(/^evt_[0-9a-f]{64}$/) as string,
        finality: "ACCEPTED",
        receipt: expect.stringContaining("c2sp.org/tlog-proof@v1") as string,
        proof: null,
      },
    ]);
    expect((await scrip.wallet("h-17", key)).json()).toMatchObject({
      cards: [{ cardId: card.id }],
    });
  });

  it("refuses in code, keeps that under the key and replays it", async () => {
    const { scrip, card, key } = await withCard();
    await scrip.bind({ key, body: { code: card.code, holder: "h-17" } });
    const stock = await scrip.card({ standing: { status: "GENERATED" } });
    const suspended = await scrip.card({ standing: { status: "SUSPENDED", reason: "STOLEN" } });
    const table = [
      [card.code, "h-17", 409, "CARD_ALREADY_BOUND"],
      [card.code, "h-18", 409, "CARD_BOUND_TO_OTHER"],
      [stock.code, "h-17", 409, "CARD_NOT_ACTIVE"],
      [suspended.code, "h-17", 423, "CARD_SUSPENDED"],
      ["00000-00000-00000-00000-00000", "h-17", 404, "CARD_NOT_FOUND"],
    ] as const;
    for (const [code, holder, status, refusal] of table) {
      const call = { key, body: { code, holder }, idempotencyKey: refusal };
      const first = await scrip.bind(call);
      expect(first.json()).toMatchObject({ status, code: refusal });
      const again = await scrip.bind(call);
      expect(again.headers["idempotency-replayed"]).toBe("true");
      expect({ ...again.json<object>(), instance: 0 }).toEqual({
        ...first.json<object>(),
        instance: 0,
      });
      expect(first.body).not.toMatch(/h-1[78]/);
    }
  });

  it("has one effect per key: replayed, refused with another body, once when 64 come at once", async () => {
    const { scrip, card, key } = await withCard();
    const other = await scrip.card();
    const call = { key, body: { code: card.code, holder: "h-17" }, idempotencyKey: "k" };
    const answers = await Promise.all(Array.from({ length: 64 }, () => scrip.bind(call)));
    expect(new Set(answers.map((answer) => answer.json<BindingAnswer>().eventId)).size).toBe(1);
    expect(
      answers.filter((answer) => answer.headers["idempotency-replayed"] === undefined),
    ).toHaveLength(1);
    for (const body of [
      { code: other.code, holder: "h-17" },
      { code: card.code, holder: "h-18" },
    ])
      expect((await scrip.bind({ ...call, body })).json()).toMatchObject({
        status: 422,
        code: "IDEMPOTENCY_KEY_REUSED",
      });
  });

  it("finds what was done when the store failed after doing it", async () => {
    const scrip = await given((store) =>
      failing(store, (method, nth) => (method === "save" && nth === 1 ? "AFTER" : "NONE")),
    );
    const { code } = await scrip.card();
    const call = {
      key: await scrip.keyOf("ISSUER"),
      body: { code, holder: "h" },
      idempotencyKey: "k",
    };
    expect((await scrip.bind(call)).json()).toMatchObject({ status: 503, outcomeKnown: false });
    const again = await scrip.bind(call);
    expect([again.statusCode, again.headers["idempotency-replayed"]]).toEqual([200, "true"]);
  });

  it("refuses bodies that are not right, naming the field, and keeps nothing", async () => {
    const { scrip, card, key } = await withCard();
    const { code } = card;
    const table = [
      ['{"code":5,"holder":"h"}', "/code"],
      [`{"code":"${code}"}`, "/holder"],
      [`{"code":"${code}","holder":""}`, "/holder"],
      [`{"code":"${code}","holder":"a\\u0007"}`, "/holder"],
      [`{"code":"${code}","holder":"h","holder":"i"}`, "/holder"],
      [`{"code":"${code}","holder":"h","x":1}`, "/x"],
      [`{"code":"${code}","holder":"${"h".repeat(129)}"}`, "/holder"],
      ["", ""],
    ] as const;
    for (const [body, field] of table) {
      const answer = await scrip.bind({ key, body, idempotencyKey: "k" });
      expect(answer.json()).toMatchObject({ status: 400, code: "VALIDATION_FAILED" });
      const { errors } = answer.json<{ errors: { field: string }[] }>();
      expect(errors.map((error) => error.field)).toContain(field);
      expect(answer.body).not.toContain(code);
    }
    const malformed = await scrip.bind({
      key,
      body: { code: "x", holder: "h" },
      idempotencyKey: "k",
    });
    expect(malformed.json()).toMatchObject({ status: 400, code: "CARD_CODE_MALFORMED" });
    const missing = await scrip.bind({ key, body: { code, holder: "h" }, idempotencyKey: null });
    expect(missing.json()).toMatchObject({ status: 400, code: "IDEMPOTENCY_KEY_MISSING" });
    const good = await scrip.bind({ key, body: { code, holder: "h" }, idempotencyKey: "k" });
    expect([good.statusCode, good.headers["idempotency-replayed"]]).toEqual([200, undefined]);
  });

  it("logs neither codes nor holders", async () => {
    const { scrip, card, key } = await withCard();
    await scrip.bind({ key, body: { code: card.code, holder: "anna kowalska" } });
    await scrip.wallet("anna kowalska", key);
    await scrip.wallet("nobody kowalska", key);
    const logged = scrip.parts.lines.join("");
    for (const secret of [card.code, card.code.replaceAll("-", ""), "kowalska", key])
      expect(logged).not.toContain(secret);
  });
});

import { sha256Ed25519 } from "@scrip/signing";
import { cardIdOfCode, formatCardId, parseCode } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { given, type Given } from "./support/given.ts";
import { stocked } from "./support/stock.ts";

/** A card of a batch that expires then, distributed, and its issuer's key. */
async function card(scrip: Given, expiresAt: string): Promise<{ key: string; url: string }> {
  const { key, at } = await stocked(scrip, { count: 1, expiresAt });
  const code = parseCode((await scrip.get(`${at}/codes`, key)).body.trim());
  if (code === null) throw new Error("no code");
  const cards = { cards: "ALL" };
  const answer = await scrip.post(`${at}/distribute`, { key, body: cards });
  expect(answer.statusCode).toBe(200);
  return { key, url: `/v1/cards/${formatCardId(cardIdOfCode(sha256Ed25519.hash, code))}/replace` };
}

describe("POST /v1/cards/{id}/replace", () => {
  it("names the expiry that a card which has expired needs, and so does its replay", async () => {
    const scrip = await given();
    const { key, url } = await card(scrip, "2026-01-02T00:00:00Z");
    scrip.parts.clock.advance(86_400_000);
    const call = { key, body: {}, idempotencyKey: "reissue" };
    for (const replayed of [undefined, "true"]) {
      const refused = await scrip.post(url, call);
      expect(refused.json()).toMatchObject({
        status: 409,
        code: "CARD_EXPIRED",
        errors: [{ in: "body", field: "/expiresAt" }],
        balances: [{ balance: 0 }],
      });
      expect(refused.headers["idempotency-replayed"]).toBe(replayed);
    }
    const reissued = await scrip.post(url, { key, body: { expiresAt: null } });
    expect(reissued.json()).toMatchObject({ operation: { type: "REPLACE", expiresAt: null } });
  });

  it("says of a replacement that it is not there, not of a card", async () => {
    const scrip = await given();
    const { key } = await card(scrip, "2026-01-02T00:00:00Z");
    const body = { sha256: "00".repeat(32) };
    const answer = await scrip.post("/v1/replacements/rp_00/code/confirm", { key, body });
    expect(answer.json()).toMatchObject({ status: 404, detail: "There is no such replacement." });
  });

  it("asks for nothing more where another no is the answer", async () => {
    const scrip = await given();
    const { key, url } = await card(scrip, "2026-01-02T00:00:00Z");
    await scrip.post(url, { key, body: {} });
    expect((await scrip.post(url, { key, body: {} })).json()).toMatchObject({
      status: 410,
      code: "CARD_REPLACED",
      errors: [],
    });
  });
});

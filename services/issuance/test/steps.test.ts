import { describe, expect, it } from "vitest";
import { cardIdOfCode, formatCardId, parseCode } from "@scrip/wire";
import { sha256Ed25519 } from "@scrip/signing";
import { given, type Given } from "./support/given.ts";
import { stocked } from "./support/stock.ts";

async function cardIds(scrip: Given, at: string, key: string): Promise<string[]> {
  const lines = (await scrip.get(`${at}/codes`, key)).body.trimEnd().split("\n");
  return lines.flatMap((line) => {
    const code = parseCode(line);
    return code === null ? [] : formatCardId(cardIdOfCode(sha256Ed25519.hash, code));
  });
}

describe("acquire and distribute", () => {
  it("take all cards of a batch, and are answered the same again", async () => {
    const scrip = await given();
    const { at } = await stocked(scrip, { count: 1_100 });
    const key = await scrip.keyOf("DISTRIBUTOR");
    const acquired = await scrip.post(`${at}/acquire`, { key, body: { distributor: "north" } });
    const whole = { cards: 1_100, leftOutCount: 0, leftOut: [] };
    expect([acquired.statusCode, acquired.json()]).toEqual([200, whole]);
    const call = { key, body: { cards: "ALL" }, idempotencyKey: "d" };
    expect((await scrip.post(`${at}/distribute`, call)).json()).toEqual(whole);
    const again = await scrip.post(`${at}/distribute`, call);
    expect([again.headers["idempotency-replayed"], again.json()]).toEqual(["true", whole]);
    expect(await scrip.parts.store.totals()).toMatchObject({ loaded: 110_000n, balance: 110_000n });
    const late = await scrip.post(`${at}/distribute`, { key, body: { cards: "ALL" } });
    expect(late.json()).toMatchObject({ cards: 0, leftOutCount: 1_100 });
  });

  it("under one key at once are one step, and another body under it is refused meanwhile", async () => {
    const scrip = await given();
    const { at } = await stocked(scrip, { count: 1_100 });
    const key = await scrip.keyOf("DISTRIBUTOR");
    const [one, two, other] = await Promise.all([
      scrip.post(`${at}/acquire`, { key, body: { distributor: "north" }, idempotencyKey: "a" }),
      scrip.post(`${at}/acquire`, { key, body: { distributor: "north" }, idempotencyKey: "a" }),
      scrip.post(`${at}/acquire`, { key, body: { distributor: "south" }, idempotencyKey: "a" }),
    ]);
    const answers = [one, two, other].map((answer) =>
      answer.json<{ code?: string; cards?: number }>(),
    );
    const reused = answers.filter(({ code }) => code === "IDEMPOTENCY_KEY_REUSED");
    const done = answers.filter(({ cards }) => cards === 1_100);
    expect([reused.length + done.length, reused.length > 0, done.length > 0]).toEqual([
      3,
      true,
      true,
    ]);
  });

  it("are for whoever acquired the batch: another distributor's cards are left out", async () => {
    const scrip = await given();
    const { at, key: issuer } = await stocked(scrip);
    const north = await scrip.keyOf("DISTRIBUTOR", { participants: [] }, "north");
    const south = await scrip.keyOf("DISTRIBUTOR", { participants: [] }, "south");
    const foreign = await scrip.post(`${at}/acquire`, {
      key: south,
      body: { distributor: "north" },
    });
    expect(foreign.json()).toMatchObject({ status: 403, code: "PERMISSION_DENIED" });
    await scrip.post(`${at}/acquire`, { key: north, body: { distributor: "north" } });
    const taken = await scrip.post(`${at}/acquire`, { key: south, body: { distributor: "south" } });
    expect(taken.json()).toMatchObject({
      cards: 0,
      leftOut: [{ code: "CARD_STEP_TAKEN" }, {}, {}],
    });
    const denied = await scrip.post(`${at}/distribute`, { key: south, body: { cards: "ALL" } });
    expect(denied.json()).toMatchObject({ status: 403, code: "PERMISSION_DENIED" });
    const named = { cards: "ALL", distributor: "south" };
    expect(
      (await scrip.post(`${at}/distribute`, { key: south, body: named })).json(),
    ).toMatchObject({
      cards: 0,
      leftOut: [{ code: "DISTRIBUTOR_NOT_ALLOWED" }, {}, {}],
    });
    const ids = await cardIds(scrip, at, issuer);
    const some = { cards: [ids[0], formatCardId("ff".repeat(20) as never)] };
    expect((await scrip.post(`${at}/distribute`, { key: north, body: some })).json()).toMatchObject(
      {
        cards: 1,
        leftOutCount: 1,
        leftOut: [{ code: "CARD_NOT_FOUND" }],
      },
    );
  });

  it("may go from the issuer itself to consumers", async () => {
    const scrip = await given();
    const { at, key } = await stocked(scrip);
    const answer = await scrip.post(`${at}/distribute`, { key, body: { cards: "ALL" } });
    expect(answer.json()).toMatchObject({ cards: 3, leftOutCount: 0 });
  });

  it("do not begin with bodies that name cards twice, none, or no cards", async () => {
    const scrip = await given();
    const { at, key } = await stocked(scrip);
    const [first] = await cardIds(scrip, at, key);
    for (const cards of [[first, first], [], ["card_1"], "all", 3]) {
      const answer = await scrip.post(`${at}/distribute`, { key, body: { cards } });
      expect(answer.json()).toMatchObject({ status: 400, code: "VALIDATION_FAILED" });
    }
    const unknown = await scrip.post("/v1/batches/batch_0/distribute", {
      key,
      body: { cards: "ALL" },
    });
    expect(unknown.json()).toMatchObject({ status: 404, code: "BATCH_NOT_FOUND" });
    expect(await scrip.parts.store.totals()).toMatchObject({ loaded: 0n });
  });
});

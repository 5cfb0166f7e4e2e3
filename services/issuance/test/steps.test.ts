import { setTimeout as wait } from "node:timers/promises";
import { beginStep } from "@scrip/application";
import { participantId, type BatchId } from "@scrip/domain";
import type { CardStore, Outbox } from "@scrip/ports";
import { sha256Ed25519 } from "@scrip/signing";
import { failing } from "@scrip/testing";
import { cardIdOfCode, formatCardId, opIdOf, parseBatchId, parseCode } from "@scrip/wire";
import type { BatchAnswer, LeftOutAnswer } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { given, replacing, type Given } from "./support/given.ts";
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

/** A store whose saves of chunks wait while it is shut. */
function gate() {
  let open = (): void => undefined;
  let opened = Promise.resolve();
  return {
    shut: () => void (opened = new Promise((resolve) => (open = resolve))),
    open: () => open(),
    wrap: (store: CardStore & Outbox) =>
      replacing(store, {
        save: async (change) => {
          if (change.cards.length > 0) await opened;
          return await store.save(change);
        },
      }),
  };
}

describe("a step that takes longer than a request may wait", () => {
  it("answers 202, is told by the batch while it goes on, and is answered to its key when it is done", async () => {
    const store = gate();
    const scrip = await given({ wrap: store.wrap });
    const { at, key: issuer } = await stocked(scrip, { count: 1_100 });
    const key = await scrip.keyOf("DISTRIBUTOR");
    const call = { key, body: { distributor: "north" }, idempotencyKey: "a" };
    const acquire = () => scrip.post(`${at}/acquire`, call);
    store.shut();
    const first = await acquire();
    expect([first.statusCode, first.headers["location"], first.json()]).toEqual([
      202,
      at,
      { status: "RUNNING", cards: 0, leftOutCount: 0, step: 1 },
    ]);
    const step = {
      number: 1,
      act: "ACQUIRE",
      distributor: "north",
      begunAt: "2026-01-01T00:00:00Z",
    };
    const running = { ...step, status: "RUNNING", cards: 0, leftOutCount: 0 };
    expect((await scrip.get(at, issuer)).json()).toMatchObject({ steps: [running] });
    store.open();
    const done = await acquire();
    expect([done.statusCode, done.json()]).toEqual([
      200,
      { cards: 1_100, leftOutCount: 0, leftOut: [] },
    ]);
    const shown = { ...step, status: "DONE", cards: 1_100, leftOutCount: 0 };
    expect((await scrip.get(at, key)).json()).toMatchObject({ steps: [shown] });
  });

  it("goes on by itself after a new start, and after the store failed", async () => {
    let failures = 2;
    const scrip = await given({
      wrap: (store) =>
        failing(store, (method) => {
          const fails = method === "cards" && failures > 0;
          if (fails) failures -= 1;
          return fails ? "BEFORE" : "NONE";
        }),
    });
    const { at, batchId, key } = await stocked(scrip, { count: 1_100 });
    const { store, clock, ledger, service } = scrip.parts;
    const batch = ledger.registry.batch(parseBatchId(batchId) as BatchId);
    if (batch === undefined) throw new Error("the batch");
    const [actor, distributor] = [participantId("distributor"), participantId("north")];
    const { hash } = sha256Ed25519;
    const opId = opIdOf(hash, actor, "before the kill");
    const step = { opId, batch, cards: "ALL", act: "ACQUIRE", actor, distributor } as const;
    await beginStep({ store, clock, hash }, { ...step, named: distributor });
    await service.resume([batch]);
    const look = async () => (await scrip.get(at, key)).json<BatchAnswer>().steps;
    while ((await look())[0]?.status === "RUNNING") await wait(20);
    expect(await look()).toMatchObject([{ status: "DONE", cards: 1_100, leftOutCount: 0 }]);
    expect(failures).toBe(0);
    // The key whose answer was lost hears it.
    const again = await scrip.post(`${at}/acquire`, {
      key: await scrip.keyOf("DISTRIBUTOR"),
      body: { distributor: "north" },
      idempotencyKey: "before the kill",
    });
    expect([again.headers["idempotency-replayed"], again.json()]).toMatchObject([
      "true",
      { cards: 1_100 },
    ]);
  });
});

describe("the cards that a step left out", () => {
  it("are listed page by page, each with its reason", async () => {
    const scrip = await given();
    const { at, key } = await stocked(scrip, { count: 1_100 });
    const ids = await cardIds(scrip, at, key);
    const some = ids.slice(0, 300);
    await scrip.post(`${at}/distribute`, { key, body: { cards: some } });
    await scrip.post(`${at}/acquire`, {
      key: await scrip.keyOf("DISTRIBUTOR"),
      body: { distributor: "north" },
    });
    for (const step of ["acquire", "1"]) {
      const listed: { cardId: string; code: string }[] = [];
      let cursor = "";
      for (let pages = 0; ; pages += 1) {
        const url = `${at}/left-out?step=${step}&limit=70${cursor}`;
        const page = (await scrip.get(url, key)).json<LeftOutAnswer>();
        expect(page.cards.length).toBeLessThanOrEqual(70);
        listed.push(...page.cards);
        if (page.nextCursor === null) break;
        cursor = `&cursor=${page.nextCursor}`;
        expect(pages).toBeLessThan(20);
      }
      expect(listed.map(({ cardId }) => cardId).toSorted()).toEqual(some.toSorted());
      expect(new Set(listed.map(({ code }) => code))).toEqual(new Set(["CARD_STEP_TAKEN"]));
    }
    const generation = await scrip.get(`${at}/left-out?step=generate`, key);
    expect(generation.json()).toEqual({ cards: [], nextCursor: null });
  });

  it("are asked for in the right way, or the answer names what is wrong", async () => {
    const scrip = await given();
    const { at, key } = await stocked(scrip);
    const table = [
      ["", 400, "VALIDATION_FAILED"],
      ["?step=sell", 400, "VALIDATION_FAILED"],
      ["?step=distribute", 400, "VALIDATION_FAILED"],
      ["?step=1", 400, "VALIDATION_FAILED"],
      ["?step=generate&limit=0", 400, "VALIDATION_FAILED"],
      ["?step=generate&limit=501", 400, "VALIDATION_FAILED"],
      ["?step=generate&cursor=00", 400, "CURSOR_INVALID"],
    ] as const;
    for (const [query, status, code] of table)
      expect((await scrip.get(`${at}/left-out${query}`, key)).json()).toMatchObject({
        status,
        code,
      });
    const other = await scrip.keyOf("ISSUER", { programs: ["other"] });
    expect((await scrip.get(`${at}/left-out?step=generate`, other)).json()).toMatchObject({
      status: 404,
      code: "BATCH_NOT_FOUND",
    });
  });
});

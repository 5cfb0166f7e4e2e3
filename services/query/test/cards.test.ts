import { verifyFile } from "@scrip/client";
import { leafHash, parsePolicy, parseTlogProof, ProofError } from "@scrip/merkle-log";
import { sha256Ed25519, verifyTlogProof } from "@scrip/signing";
import { decodeMapProof, verifyMapProof } from "@scrip/state-map";
import {
  cardStateHash,
  decodeEntry,
  decodeLeaf,
  decodeProofExtra,
  encodeHalves,
  formatCardId,
  fromHex,
  leafKey,
  parseEventId,
  type CardAnswer,
  type HistoryAnswer,
} from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { distributed, spent } from "./coded-card.ts";
import { given } from "./given.ts";

const { hash } = sha256Ed25519;

/** A card that was generated, acquired, distributed, bound to nobody and partly written off three times. */
async function usedCard() {
  const all = await given();
  const { history } = all.ledger.chain.acts;
  all.ledger.chain.acts.open(1);
  const card = distributed(history);
  for (const amount of [100, 200, 300]) spent(history, card, amount);
  await all.sealed();
  const id = formatCardId(card.cardId);
  const get = (path: string, headers: object = all.callers.key("OPERATOR")) =>
    all.app.inject({ url: `/v1/cards/${id}${path}`, headers: { ...headers } });
  return { ...all, history, card, id, get };
}

describe("GET /v1/cards/{id}", () => {
  it("tells a party everything, as COMMITTED", async () => {
    const { get, callers, ledger, id } = await usedCard();
    const answer: CardAnswer = (await get("", callers.key("ISSUER"))).json();
    expect(answer).toMatchObject({
      cardId: id,
      programId: "coded",
      status: "ACTIVE",
      finality: "COMMITTED",
      asOf: { height: ledger.state.height, size: ledger.state.size },
      balances: { balance: 9_400, held: 0, available: 9_400, unit: "CNY" },
      details: {
        issuer: "acme",
        distributor: "north",
        faceValue: 10_000,
        writtenOff: 600,
        bound: false,
      },
    });
    expect(answer.details?.refundables.map(({ amount }) => amount)).toEqual([100, 200, 300]);
    expect(answer.details?.refundables[0]?.writeOffId).toMatch(/^wo_[0-9a-f]{66}$/);
  });

  it("shows the public half alone to a key that is no party", async () => {
    const { get, callers } = await usedCard();
    const strangers = [
      callers.key("ACCEPTOR", { participants: ["store-2"] }, "store-2"),
      callers.key("ISSUER", { participants: ["other"] }, "other"),
      callers.key("DISTRIBUTOR", { participants: [] }, "south"),
    ];
    for (const headers of strangers) {
      const answer: CardAnswer = (await get("", headers)).json();
      expect(answer).toMatchObject({ status: "ACTIVE", balances: null, details: null });
    }
    const parties = [
      callers.key("ACCEPTOR", { participants: [] }, "store-1"),
      callers.key("ISSUER", { participants: ["acme"] }),
      callers.key("DISTRIBUTOR", { participants: [] }, "north"),
      callers.key("REGULATOR", { participants: [] }),
      callers.key("OPERATOR", { participants: [], programs: ["coded"] }),
    ];
    for (const headers of parties) {
      const answer: CardAnswer = (await get("", headers)).json();
      expect(answer.balances).toMatchObject({ balance: 9_400 });
    }
  });

  it("hides a card of a program outside the key's scope, and knows no other ids", async () => {
    const { get, callers, app } = await usedCard();
    const outside = await get("", callers.key("REGULATOR", { programs: ["gold"] }));
    expect(outside.statusCode).toBe(404);
    expect(outside.json()).toMatchObject({ code: "CARD_NOT_FOUND" });
    const headers = callers.key("OPERATOR");
    for (const id of [`card_${"ab".repeat(20)}`, "card_1", "x"]) {
      const unknown = await app.inject({ url: `/v1/cards/${id}`, headers });
      expect(unknown.json()).toMatchObject({ code: "CARD_NOT_FOUND" });
    }
    expect((await get("", {})).statusCode).toBe(401);
    // Only the first of them was there.
    expect((await app.inject({ url: "/metrics" })).body).toContain(
      'scrip_calls_denied_total{reason="OUT_OF_SCOPE",route="/v1/cards/:id"} 1\n',
    );
  });
});

describe("GET /v1/cards/{id}/history", () => {
  it("tells every step with parties, times, event ids and amounts after", async () => {
    const { get, query } = await usedCard();
    const answer: HistoryAnswer = (await get("/history")).json();
    expect(
      answer.events.map(({ type, version, amount, balance }) => [type, version, amount, balance]),
    ).toEqual([
      ["CardsGenerated", 1, 0, 0],
      ["CardsAcquired", 2, 0, 0],
      ["CardsDistributed", 3, 10_000, 10_000],
      ["CardWrittenOff", 4, 100, 9_900],
      ["CardWrittenOff", 5, 200, 9_700],
      ["CardWrittenOff", 6, 300, 9_400],
    ]);
    expect(answer.nextCursor).toBeNull();
    expect(answer.events[1]?.parties).toContainEqual({ role: "DISTRIBUTOR", participant: "north" });
    expect(answer.events[3]?.parties).toContainEqual({ role: "ACCEPTOR", participant: "store-1" });
    for (const { eventId, finality } of answer.events) {
      expect(finality).toBe("COMMITTED");
      expect(await query.finality.of(parseEventId(eventId) ?? "")).toBe("COMMITTED");
    }
  });

  it("comes in pages that stay the same while the ledger grows", async () => {
    const { get, history, card, sealed } = await usedCard();
    const whole: HistoryAnswer = (await get("/history")).json();
    const first: HistoryAnswer = (await get("/history?limit=4")).json();
    spent(history, card, 400);
    await sealed();
    const second: HistoryAnswer = (await get(`/history?limit=2&cursor=${first.nextCursor}`)).json();
    expect([...first.events, ...second.events]).toEqual(whole.events);
    const third: HistoryAnswer = (await get(`/history?cursor=${second.nextCursor}`)).json();
    expect(third.events.map(({ amount }) => amount)).toEqual([400]);
    expect(third.nextCursor).toBeNull();
  });

  it("refuses cursors that it did not make, and limits out of bounds", async () => {
    const { get, history, ledger, sealed, app, callers } = await usedCard();
    const other = distributed(history, { programId: "other" });
    await sealed();
    const headers = callers.key("OPERATOR");
    const url = `/v1/cards/${formatCardId(other.cardId)}/history?limit=1`;
    const { nextCursor } = (await app.inject({ url, headers })).json() as HistoryAnswer;
    for (const cursor of ["x", "00", nextCursor]) {
      const refused = await get(`/history?cursor=${cursor}`);
      expect(refused.statusCode).toBe(400);
      expect(refused.json()).toMatchObject({ code: "CURSOR_INVALID" });
    }
    for (const limit of ["0", "501", "-1", "1.0", "x"]) {
      expect((await get(`/history?limit=${limit}`)).json()).toMatchObject({
        code: "VALIDATION_FAILED",
      });
    }
    expect(ledger.state.height).toBeGreaterThan(0);
  });

  it("shows a key that is no party to the card only the steps it took part in", async () => {
    const { get, callers } = await usedCard();
    const typesFor = async (headers: object) =>
      ((await get("/history", headers)).json() as HistoryAnswer).events.map(({ type }) => type);
    expect(await typesFor(callers.key("DISTRIBUTOR", { participants: [] }, "store-1"))).toEqual([
      "CardWrittenOff",
      "CardWrittenOff",
      "CardWrittenOff",
    ]);
    expect(await typesFor(callers.key("ACCEPTOR", { participants: [] }, "store-2"))).toEqual([]);
  });

  it("tells of rejected steps as rejected", async () => {
    const { get, history, card, sealed } = await usedCard();
    const event = spent(history, card, 1);
    if (event === null) throw new Error("a sale");
    history.queue({ ...event, opId: history.fresh("operation") as typeof event.opId });
    await sealed();
    const answer: HistoryAnswer = (await get("/history")).json();
    expect(answer.events.at(-1)).toMatchObject({ finality: "REJECTED", rejection: "VERSION_GAP" });
    expect((await get("")).json()).toMatchObject({ diverged: true });
  });
});

describe("GET /v1/cards/{id}/proof", () => {
  it("proves both halves to a party, the public half to others", async () => {
    const { get, callers, ledger, card, store, id } = await usedCard();
    const whole = await get("/proof", callers.key("REGULATOR"));
    expect(whole.headers["content-type"]).toBe("text/plain; charset=utf-8");
    const file = parseTlogProof(whole.body);
    const extra = decodeProofExtra(file.extra ?? new Uint8Array());
    if (extra.kind !== "card" || !("privateBytes" in extra.state)) throw new Error("both halves");
    const policy = parsePolicy(hash, ledger.policy);
    verifyTlogProof(file, leafHash(hash, extra.seal), { policy, suite: sha256Ed25519 });
    const seal = decodeEntry(extra.seal);
    const state = decodeLeaf("card", encodeHalves(extra.state));
    expect(state.card.balance).toBe(9_400n);
    const key = leafKey(hash, "card", card.cardId);
    expect(encodeHalves(extra.state)).toEqual(store.leaf(key));
    verifyMapProof(
      hash,
      {
        root: fromHex(seal.kind === "seal" ? seal.mapRoot : ""),
        key,
        valueHash: cardStateHash(hash, state),
      },
      decodeMapProof(extra.mapProof),
    );
    const nowMs = ledger.state.timeMs;
    const offline = {
      file: whole.body,
      policy: ledger.policy,
      card: id,
      nowMs,
      suite: sha256Ed25519,
    };
    expect(verifyFile(offline)).toMatchObject({ kind: "card" });
    expect(() => verifyFile({ ...offline, card: formatCardId("ab".repeat(20) as never) })).toThrow(
      ProofError,
    );
    const stranger = await get("/proof", callers.key("ACCEPTOR", { participants: [] }, "store-2"));
    const shown = decodeProofExtra(parseTlogProof(stranger.body).extra ?? new Uint8Array());
    expect(shown.kind === "card" && "hidden" in shown.state).toBe(true);
    expect((await get("/proof", {})).statusCode).toBe(401);
  });

  it("is small", async () => {
    const { get, callers } = await usedCard();
    const { body } = await get("/proof", callers.key("REGULATOR"));
    expect(body.length).toBeLessThan(3_500);
  });
});

import { verifyFile } from "@scrip/client";
import { parsePolicy } from "@scrip/merkle-log";
import { PortError, type CardRecord } from "@scrip/ports";
import { requireFresh, sha256Ed25519, verifyTlogProof } from "@scrip/signing";
import { decodeMapProof, verifyMapProof } from "@scrip/state-map";
import { parseTlogProof, leafHash } from "@scrip/merkle-log";
import {
  decodeCardPublic,
  decodeEntry,
  decodeProofExtra,
  formatCardId,
  fromHex,
  leafKey,
  stateHashFromPublic,
  type VerifyAnswer,
} from "@scrip/wire";
import { describe, expect, it } from "vitest";
import {
  distributed,
  generated,
  onlineRecord,
  spent,
  type CodedCard,
  type Terms,
} from "./coded-card.ts";
import { given } from "./given.ts";

const { hash } = sha256Ed25519;

/** An active card, known online and on the ledger. */
async function activeCard(terms: Terms = {}) {
  const all = await given();
  const { history } = all.ledger.chain.acts;
  all.ledger.chain.acts.open(1);
  const card = distributed(history, terms);
  await all.sealed();
  all.online.records.set(card.cardId, onlineRecord(history, card));
  const verify = (payload: object) =>
    all.app.inject({ method: "POST", url: "/v1/verify", payload });
  const ask = async (payload: object): Promise<VerifyAnswer> => (await verify(payload)).json();
  return { ...all, history, card, verify, ask };
}

describe("public verification of a usable card", () => {
  it("confirms it by its code, without a key", async () => {
    const { card, ask } = await activeCard({ expiresAtMs: Date.UTC(2028, 0, 31) });
    const answer = await ask({ code: card.code });
    expect(answer).toMatchObject({
      confirmed: true,
      cardId: formatCardId(card.cardId),
      unit: "CNY",
      expiryMonth: "2028-01",
    });
    expect(Object.keys(answer)).not.toContain("covered");
    expect(Object.keys(answer)).not.toContain("balance");
  });

  it("says whether an amount is covered, by both states, to who shows the code", async () => {
    const { card, ask, history, online, sealed } = await activeCard();
    expect(await ask({ code: card.code, amount: 10_000 })).toMatchObject({ covered: true });
    expect(await ask({ code: card.code, amount: 10_001 })).toMatchObject({ covered: false });
    spent(history, card, 4_000);
    online.records.set(card.cardId, onlineRecord(history, card));
    // Online less, on the ledger still all: the lesser counts.
    expect(await ask({ code: card.code, amount: 6_001 })).toMatchObject({ covered: false });
    expect(await ask({ code: card.code, amount: 6_000 })).toMatchObject({ covered: true });
    await sealed();
    expect(await ask({ code: card.code, amount: 6_000 })).toMatchObject({ covered: true });
  });

  it("shows the balance only by code, and only where the program says so", async () => {
    const { card, ask } = await activeCard({ showBalance: true });
    expect(await ask({ code: card.code })).toMatchObject({ confirmed: true, balance: 10_000 });
    expect(Object.keys(await ask({ cardId: formatCardId(card.cardId) }))).not.toContain("balance");
  });

  it("takes no amount with a card id: it would let anyone search the balance", async () => {
    const { card, verify } = await activeCard();
    const refused = await verify({ cardId: formatCardId(card.cardId), amount: 1 });
    expect(refused.statusCode).toBe(400);
    expect(refused.json()).toMatchObject({ code: "VALIDATION_FAILED" });
  });

  it("gives a proof of the public half that stands alone", async () => {
    const { card, ask, ledger, sealed } = await activeCard();
    // More blocks, so that the card's last event is far from the head.
    ledger.chain.acts.stock(1);
    await sealed();
    const { proof = "" } = await ask({ cardId: formatCardId(card.cardId) });
    const file = parseTlogProof(proof);
    const extra = decodeProofExtra(file.extra ?? new Uint8Array());
    if (extra.kind !== "card" || !("hidden" in extra.state))
      throw new Error("a card's public half");
    const policy = parsePolicy(hash, ledger.policy);
    const verified = verifyTlogProof(file, leafHash(hash, extra.seal), {
      policy,
      suite: sha256Ed25519,
    });
    expect(verified.index).toBe(verified.checkpoint.size - 1);
    requireFresh(verified, { seconds: Math.floor(ledger.state.timeMs / 1000), maxAgeSeconds: 30 });
    const seal = decodeEntry(extra.seal);
    if (seal.kind !== "seal") throw new Error("a seal");
    verifyMapProof(
      hash,
      {
        root: fromHex(seal.mapRoot),
        key: leafKey(hash, "card", card.cardId),
        valueHash: stateHashFromPublic(hash, extra.state.publicBytes, extra.state.hidden),
      },
      decodeMapProof(extra.mapProof),
    );
    expect(decodeCardPublic(extra.state.publicBytes)).toMatchObject({
      status: "ACTIVE",
      unit: "CNY",
    });
    const claim = verifyFile({
      file: proof,
      policy: ledger.policy,
      code: card.code,
      nowMs: ledger.state.timeMs,
      maxAgeMs: 30_000,
      suite: sha256Ed25519,
    });
    expect(claim).toMatchObject({ kind: "card" });
  });
});

describe("the one negative answer", () => {
  type Setting = Awaited<ReturnType<typeof activeCard>>;
  const withOnline = ({ online, card }: Setting, change: (record: CardRecord) => CardRecord) => {
    const record = online.records.get(card.cardId);
    if (record !== undefined) online.records.set(card.cardId, change(record));
  };
  const cases: [string, (setting: Setting) => Promise<CodedCard> | CodedCard][] = [
    [
      "unknown everywhere",
      ({ card }) => ({ ...card, cardId: "ab".repeat(20) as CodedCard["cardId"] }),
    ],
    [
      "not yet active",
      async ({ history, sealed, online }) => {
        const card = generated(history, { programId: "later" });
        await sealed();
        online.records.set(card.cardId, onlineRecord(history, card));
        return card;
      },
    ],
    [
      "not yet committed",
      ({ history, online }) => {
        const card = distributed(history, { programId: "fresh" });
        online.records.set(card.cardId, onlineRecord(history, card));
        return card;
      },
    ],
    [
      "committed and unknown online",
      ({ online, card }) => {
        online.records.clear();
        return card;
      },
    ],
    [
      "suspended online",
      (setting) => {
        withOnline(setting, (record) => ({
          ...record,
          card: { ...record.card, standing: { status: "SUSPENDED", reason: "STOLEN" } },
        }));
        return setting.card;
      },
    ],
    [
      "spent online, on the ledger not yet",
      ({ history, card, online }) => {
        spent(history, card, 10_000);
        online.records.set(card.cardId, onlineRecord(history, card));
        return card;
      },
    ],
    [
      "spent",
      async ({ history, card, online, sealed }) => {
        spent(history, card, 10_000);
        online.records.set(card.cardId, onlineRecord(history, card));
        await sealed();
        return card;
      },
    ],
    [
      "expired by the clock",
      async ({ history, online, sealed }) => {
        const expiresAtMs = history.nowMs + 200;
        const card = distributed(history, { programId: "short", expiresAtMs });
        await sealed();
        online.records.set(card.cardId, onlineRecord(history, card));
        for (let step = 0; step < 30; step++) history.fresh("time passes");
        return card;
      },
    ],
    [
      "diverged on the ledger",
      async ({ history, card, sealed }) => {
        const event = spent(history, card, 1);
        if (event === null) throw new Error("a sale");
        history.queue({ ...event, opId: history.fresh("operation") as typeof event.opId });
        await sealed();
        return card;
      },
    ],
  ];

  it.each(cases)("is the same for a card that is %s", async (_, make) => {
    const setting = await activeCard();
    const card = await make(setting);
    const asked = await setting.verify({ cardId: formatCardId(card.cardId) });
    const unknown = await setting.verify({ cardId: formatCardId("cd".repeat(20) as never) });
    expect(asked.body).toBe('{"confirmed":false}');
    const { date: _date, ...headers } = asked.headers;
    const { date: _other, ...expected } = unknown.headers;
    expect(headers).toEqual(expected);
    expect(asked.statusCode).toBe(200);
    expect(asked.rawPayload).toEqual(unknown.rawPayload);
  });
});

describe("public verification", () => {
  it("refuses a wrong check symbol before it looks anything up", async () => {
    const { card, verify, online } = await activeCard();
    online.fault = new Error("nobody may look");
    const last = card.code.at(-1) === "0" ? "1" : "0";
    const refused = await verify({ code: card.code.slice(0, -1) + last });
    expect(refused.statusCode).toBe(400);
    expect(refused.json()).toMatchObject({ code: "CARD_CODE_MALFORMED" });
  });

  it("answers nobody when the online state cannot be reached", async () => {
    const { card, verify, online } = await activeCard();
    online.fault = new PortError("UNAVAILABLE", "the card store is away");
    for (const cardId of [card.cardId, "ab".repeat(20) as never]) {
      const answer = await verify({ cardId: formatCardId(cardId) });
      expect(answer.statusCode).toBe(503);
      expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
    }
  });

  it("leaves no code in a log line or an answer", async () => {
    const { card, verify, lines, online } = await activeCard();
    const answers = [
      await verify({ code: card.code }),
      await verify({ code: card.code, amount: 1 }),
    ];
    answers.push(
      await verify({ code: card.code, more: 1 }),
      await verify({ code: `${card.code}9` }),
    );
    online.fault = new Error("broken");
    answers.push(await verify({ code: card.code }));
    const symbols = card.code.replaceAll("-", "");
    const seen = [...lines, ...answers.map(({ body }) => body)].join("\n");
    expect(lines.length).toBeGreaterThan(0);
    expect(seen).not.toContain(card.code);
    expect(seen).not.toContain(symbols);
    expect(seen).not.toContain(symbols.slice(0, 24));
  });
});

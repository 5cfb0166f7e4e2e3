import {
  ProofError,
  formatNote,
  formatTlogProof,
  leafHash,
  parseTlogProof,
} from "@scrip/merkle-log";
import { sha256Ed25519 as suite } from "@scrip/signing";
import { sha256Ed25519 as inBrowser } from "@scrip/signing/browser";
import { encodeEntry, formatCardId, formatEventId, logByLine, toHex } from "@scrip/wire";
import type { Entry } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { describeClaim, verifyFile } from "../src/index.ts";
import type { Verification } from "../src/index.ts";
import { card, cardIds, sale, typed } from "./cards.ts";
import {
  cardExtra,
  checkpoint,
  cosignedAtMs,
  entryOf,
  eventProof,
  log,
  origin,
  policy,
  receiptOf,
  receipts,
  sealed,
} from "./rehearsal.ts";

const nowMs = cosignedAtMs + 1_000;
const logByMs = cosignedAtMs + 60_000;
const state = card(0, 7_401n);
const world = sealed([sale(0, 2_599n), sale(1, 1n)], [state]);
const promised = [sale(0, 2_599n), sale(1, 1n), sale(2, 7n)].map((entry) => encodeEntry(entry));
const eventIds = promised.map((entry) => formatEventId(toHex(leafHash(suite.hash, entry))));
const [eventId = ""] = eventIds;
const [cardId = ""] = cardIds.map(formatCardId);

const verify = (file: string, more: Partial<Verification> = {}) =>
  verifyFile({ file, policy, nowMs, suite, ...more });

function refusal(file: string, more: Partial<Verification> = {}): string {
  try {
    verify(file, more);
  } catch (error) {
    if (error instanceof ProofError) return `${error.code}: ${error.step}`;
    throw error;
  }
  return "it was accepted";
}

/** The receipt with other text under a checkpoint that the key signs anew. */
function rewritten(file: string, change: (text: string) => string, by = receipts): string {
  const proof = parseTlogProof(file);
  const text = change(proof.note.text);
  return formatTlogProof({ ...proof, note: { text, signatures: [by.sign(text)] } });
}

describe("a receipt", () => {
  const receipt = receiptOf(promised, 0);

  it("says what is promised, by when, and that it is a promise", () => {
    expect(describeClaim(verify(receipt))).toEqual([
      `${eventId} is PROMISED to be in log ${origin} by 2023-11-14T22:14:20Z`,
      "it says: CardWrittenOff by shop at 2022-04-15T05:20:00Z",
      "amount 2599 at store-330 under program gold, balance after 7401",
      `cards: ${cardId}`,
      `a promise of ${origin}/receipts, and no proof: no validator has signed it`,
      `from then on at the latest /v1/events/${eventId}/proof has the proof`,
    ]);
  });

  it("past its time is due, and is the promise it was", () => {
    const claim = verify(receipt, { nowMs: logByMs });
    expect(claim).toMatchObject({ kind: "receipt", due: true, logByMs });
    expect(describeClaim(claim).at(-1)).toBe(
      `it is due since 2023-11-14T22:14:20Z: /v1/events/${eventId}/proof must have the proof, or else the promise is broken`,
    );
    expect(verify(receipt, { nowMs: logByMs - 1 })).toMatchObject({ due: false });
    // A promise does not get stale: nothing of the log's age is in it.
    expect(verify(receipt, { nowMs: logByMs * 2, maxAgeMs: 1 }).kind).toBe("receipt");
  });

  it("holds for each entry under one signature, and for one alone", () => {
    for (const index of promised.keys()) {
      const claim = verify(receiptOf(promised, index), { code: typed[index] ?? "" });
      expect(claim).toMatchObject({ eventId: eventIds[index]?.slice("evt_".length) });
    }
    expect(
      verify(receiptOf(promised.slice(1, 2), 0), { eventId: eventIds[1] ?? "" }),
    ).toBeDefined();
  });

  it("is the same to the suite for browsers", () => {
    expect(verify(receipt, { suite: inBrowser })).toEqual(verify(receipt));
  });

  it("must be about the card and the event asked for", () => {
    expect(verify(receipt, { card: cardId, code: typed[0] ?? "", eventId }).kind).toBe("receipt");
    expect(refusal(receipt, { code: typed[1] ?? "" })).toContain("compare the card");
    expect(refusal(receipt, { eventId: eventIds[1] ?? "" })).toContain("compare the event id");
    expect(refusal(receipt, { entry: promised[1] ?? new Uint8Array(0) })).toContain(
      "compare the entry",
    );
  });

  it("without its entry promises a hash, or the entry that one holds", () => {
    const bare = formatTlogProof({ ...parseTlogProof(receipt), extra: undefined });
    expect(refusal(bare)).toContain("find the entry");
    const claim = verify(bare, { eventId });
    expect(claim).toMatchObject({ kind: "receipt", event: null });
    expect(describeClaim(claim)[1]).toContain("what it says is not shown");
    expect(verify(bare, { entry: promised[0] ?? new Uint8Array(0) })).toEqual(verify(receipt));
  });
});

describe("a promise never passes for a proof", () => {
  const receipt = receiptOf(promised, 0);

  it("where only a proof will do, it is refused", () => {
    expect(refusal(receipt, { committed: true })).toBe(
      "PROOF_INVALID: read the checkpoint: this is a receipt, which promises inclusion and does not prove it",
    );
    const { note } = parseTlogProof(receipt);
    expect(refusal(formatNote(note))).toContain("this is a receipt");
    expect(verify(eventProof(world, 0), { committed: true }).kind).toBe("event");
  });

  it("under the log's own name the receipt key's signature counts for nothing", () => {
    const posing = rewritten(receipt, (text) => text.replace("/receipts", ""));
    expect(refusal(posing)).toContain("has not signed");
    expect(refusal(rewritten(receipt, (text) => text.replace("/receipts", ""), log))).toMatch(
      /^QUORUM_NOT_MET/,
    );
  });

  it("and neither does the log key's, nor a validators' quorum, under a promise", () => {
    expect(refusal(rewritten(receipt, (text) => text, log))).toContain("has not signed");
    const cosigned = parseTlogProof(eventProof(world, 0));
    const text = cosigned.note.text.replace(origin, `${origin}/receipts`);
    const note = { text, signatures: cosigned.note.signatures };
    expect(refusal(formatTlogProof({ ...cosigned, note }))).toContain("verify the");
  });
});

describe("what is no receipt", () => {
  it("has a key that the policy does not know", () => {
    const without = policy.split("\n").toSpliced(1, 1).join("\n");
    expect(refusal(receiptOf(promised, 0), { policy: without })).toContain("the policy has none");
  });

  it("does not say by when, or says more than that", () => {
    const by = logByLine(logByMs);
    for (const extensions of [
      [],
      [by, by],
      [by, "more"],
      [`${by} `],
      [by.replace("logBy", "logby")],
      ["logBy tomorrow"],
      ["logBy 2023-02-30T00:00:00Z"],
    ]) {
      expect(refusal(receiptOf(promised, 0, { extensions }))).toContain("does not say by when");
    }
  });

  it("is for another thing than an event", () => {
    const seal = entryOf(world, 2);
    expect(refusal(receiptOf([seal], 0))).toContain("not for a seal");
    const rejection: Entry = {
      kind: "rejection",
      event: entryOf(world, 0),
      reason: "BALANCE_INSUFFICIENT",
    };
    expect(refusal(receiptOf([encodeEntry(rejection)], 0))).toContain("not for a rejection");
    const extra = cardExtra(world, state);
    expect(refusal(receiptOf([seal], 0, { extra }))).toContain("not for a card's state");
  });

  it("is of an entry that the signature does not cover", () => {
    const extra = { kind: "event", entry: promised[1] ?? new Uint8Array(0) } as const;
    expect(refusal(receiptOf(promised, 0, { extra }))).toContain("does not lead to the root");
  });

  it("is a checkpoint of the log with an extension line of receipts", () => {
    expect(verify(checkpoint(world)).kind).toBe("checkpoint");
    const text = `${origin}\n3\n${"A".repeat(43)}=\n${logByLine(logByMs)}\n`;
    expect(refusal(formatNote({ text, signatures: [log.sign(text)] }))).toMatch(/^QUORUM_NOT_MET/);
  });
});

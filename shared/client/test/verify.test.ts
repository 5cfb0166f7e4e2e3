import { ProofError, formatNote } from "@scrip/merkle-log";
import { leafHash } from "@scrip/merkle-log";
import { sha256Ed25519 as suite } from "@scrip/signing";
import { sha256Ed25519 as inBrowser } from "@scrip/signing/browser";
import { formatCardId, formatEventId, toHex } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { describeClaim, readEntryFile, verifyFile } from "../src/index.ts";
import type { Verification } from "../src/index.ts";
import { card, cardIds, expiresAtMs, sale, typed } from "./cards.ts";
import type { Sealed } from "./rehearsal.ts";
import {
  cardExtra,
  cardProof,
  checkpoint,
  cosignedAtMs,
  entryOf,
  eventProof,
  log,
  logOf,
  origin,
  policy,
  proofOf,
  sealed,
} from "./rehearsal.ts";

const nowMs = cosignedAtMs + 10_000;
const state = card(0, 7_401n);
const world = sealed([sale(0, 2_599n), sale(1, 1n), sale(2, 10_000n)], [state, card(1, 9_999n)]);
const cardId = formatCardId(state.card.cardId);
const [code = ""] = typed;

const verify = (file: string | Uint8Array, more: Partial<Verification> = {}) =>
  verifyFile({ file, policy, nowMs, suite, ...more });

function failure(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ProofError) return `${error.code}: ${error.step}`;
    throw error;
  }
  return "nothing failed";
}
const refusal = (file: string, more: Partial<Verification> = {}): string =>
  failure(() => verify(file, more));

const idOf = (of: Sealed, index: number): string =>
  formatEventId(toHex(leafHash(suite.hash, entryOf(of, index))));

describe("an event's proof", () => {
  const proof = eventProof(world, 0);

  it("says which event is which entry of which log, and who cosigned it", () => {
    expect(describeClaim(verify(proof))).toEqual([
      `${idOf(world, 0)} is entry 0 of log ${origin} (4 entries)`,
      "it says: CardWrittenOff by shop at 2022-04-15T05:20:00Z",
      "amount 2599 at store-330 under program gold, balance after 7401",
      `cards: ${cardId}`,
      "cosigned by v0, v1, v2 at 2023-11-14T22:13:20Z",
    ]);
  });

  it("is the same to the suite for browsers", () => {
    expect(verify(proof, { suite: inBrowser })).toEqual(verify(proof));
  });

  it("must be about the card and the event asked for", () => {
    expect(verify(proof, { card: cardId, code, eventId: idOf(world, 0) }).kind).toBe("event");
    const other = formatCardId(cardIds[1] ?? state.card.cardId);
    expect(refusal(proof, { card: other })).toContain("compare the card");
    expect(refusal(proof, { code: typed[1] ?? "" })).toContain("compare the card");
    expect(refusal(proof, { eventId: idOf(world, 1) })).toContain("compare the event id");
  });

  it("without its entry proves a hash, or the entry that one holds", () => {
    const bare = proofOf(world, 0);
    expect(refusal(bare)).toContain("find the entry");
    const [first] = describeClaim(verify(bare, { eventId: idOf(world, 0) }));
    expect(first).toMatch(/^some entry with the hash [0-9a-f]{64} is entry 0 of log/);
    expect(refusal(bare, { eventId: idOf(world, 1) })).toContain("does not lead to the root");
    expect(verify(bare, { entry: entryOf(world, 0) })).toEqual(verify(proof));
    expect(refusal(bare, { entry: entryOf(world, 1) })).toContain("does not lead to the root");
    expect(refusal(bare, { eventId: idOf(world, 0), card: cardId })).toContain("find the card");
    expect(refusal(proof, { entry: entryOf(world, 1) })).toContain("compare the entry");
  });

  it("never gets stale", () => {
    expect(verify(proof, { nowMs: nowMs * 2, maxAgeMs: 1 }).kind).toBe("event");
  });

  it("of an entry that is not its own is refused", () => {
    const extra = { kind: "event", entry: entryOf(world, 1) } as const;
    expect(refusal(proofOf(world, 0, { extra }))).toContain("does not lead to the root");
  });

  it("of a rejection says so, and stands under the event's id", () => {
    const offered = entryOf(world, 0);
    const rejecting = sealed([
      { kind: "rejection", event: offered, reason: "BALANCE_INSUFFICIENT" },
    ]);
    const [line] = describeClaim(verify(eventProof(rejecting, 0), { eventId: idOf(world, 0) }));
    expect(line).toContain(`${idOf(world, 0)} was REJECTED by the ledger (BALANCE_INSUFFICIENT)`);
    expect(refusal(eventProof(rejecting, 0), { card: cardId })).toContain("compare the card");
  });

  it("of a seal is no event", () => {
    expect(verify(eventProof(world, 3))).toMatchObject({ kind: "frame", entry: "seal", index: 3 });
  });
});

describe("a card's proof", () => {
  const proof = cardProof(world, state);

  it("says the card's public half at the head of the log", () => {
    expect(describeClaim(verify(proof, { code }))).toEqual([
      `${cardId} is ACTIVE as of height 3 (2023-11-14T22:13:20Z)`,
      "unit CNY, expires at 2027-01-15T08:00:00Z, program gold, card version 4",
      `that is the end of log ${origin} (4 entries)`,
      "cosigned by v0, v1, v2 at 2023-11-14T22:13:20Z",
    ]);
    expect(verify(proof, { card: cardId })).toEqual(verify(proof, { code }));
    expect(JSON.stringify(describeClaim(verify(proof, { code })))).not.toContain(code);
  });

  it("needs to be told which card, unless it shows both halves", () => {
    expect(refusal(proof)).toContain("find the card");
    const whole = proofOf(world, 3, { extra: cardExtra(world, state, true) });
    expect(describeClaim(verify(whole))).toContain("balance 7401, held 0");
    expect(refusal(whole, { code: typed[1] ?? "" })).toContain("the proof is about another one");
  });

  it("of another card is refused", () => {
    const other = cardProof(world, card(1, 9_999n));
    expect(refusal(other, { code })).toContain("follow the path through the map");
    const notInTheMap = refusal(proof, { code: typed[2] ?? "" });
    expect(notInTheMap).toContain("follow the path through the map");
  });

  it("with another state than the map's is refused", () => {
    const richer = { ...state, card: { ...state.card, standing: { status: "REDEEMED" as const } } };
    expect(refusal(cardProof(world, richer), { code })).toContain("leads to another root");
  });

  it("with an old seal under a new checkpoint is refused", () => {
    const before = sealed([sale(0, 2_599n)], [state]);
    const after = sealedAfter(before);
    const old = proofOf(after, 1, { extra: cardExtra(before, state) });
    expect(refusal(old, { code })).toBe(
      "PROOF_INVALID: find the head of the log: the seal is entry 1, the last of 4 is 3",
    );
    const moved = proofOf(after, 3, { extra: cardExtra(before, state) });
    expect(refusal(moved, { code })).toContain("does not lead to the root");
  });

  it("whose head is no seal is refused", () => {
    const extra = cardExtra(world, state);
    const head = { ...extra, seal: entryOf(world, 0) };
    const cut = { ...world, ...logOf(world.entries.slice(0, 1)) };
    expect(refusal(proofOf(cut, 0, { extra: head }), { code })).toContain(
      "the last entry is of kind event",
    );
  });

  it("gets stale, and tells a card past its expiry", () => {
    expect(verify(proof, { code, maxAgeMs: 30_000 }).kind).toBe("card");
    expect(refusal(proof, { code, maxAgeMs: 9_000 })).toBe(
      "STALE: compare the age: 10 s, allowed are 9 s",
    );
    expect(refusal(proof, { code, maxAgeMs: 9_000, nowMs: cosignedAtMs - 60_000 })).toContain(
      "STALE",
    );
    const late = describeClaim(verify(proof, { code, nowMs: expiresAtMs }));
    expect(late[1]).toContain("EXPIRED at");
  });

  it("takes no entry, and no code that is not one", () => {
    expect(refusal(proof, { code, entry: entryOf(world, 0) })).toContain("not of an event");
    const wrong = `${code.slice(0, -1)}${code.endsWith("0") ? "1" : "0"}`;
    expect(refusal(proof, { code: wrong })).toBe(
      "PROOF_INVALID: read the code: it is not a card's code",
    );
    expect(refusal(proof, { card: "card_1" })).toContain("read the card id");
    expect(refusal(proof, { card: cardId, code: typed[1] ?? "" })).toContain(
      "the code is another's",
    );
  });
});

describe("a checkpoint", () => {
  it("says how long the log is, and gets stale", () => {
    expect(describeClaim(verify(checkpoint(world)))).toEqual([
      `log ${origin} has 4 entries`,
      "cosigned by v0, v1, v2 at 2023-11-14T22:13:20Z",
    ]);
    expect(refusal(checkpoint(world), { maxAgeMs: 9_999 })).toContain("STALE");
    expect(refusal(checkpoint(world), { card: cardId })).toContain("not about an entry");
  });

  it("needs a quorum of different keys", () => {
    expect(refusal(checkpoint(world, { by: [0, 1] }))).toBe(
      "QUORUM_NOT_MET: count the cosignatures of size 4: v0, v1 is not enough",
    );
    expect(refusal(checkpoint(world, { by: [0, 0, 0] }))).toContain("QUORUM_NOT_MET");
    expect(refusal(eventProof(world, 0, { by: [2, 2, 2] }))).toContain("QUORUM_NOT_MET");
    expect(refusal(cardProof(world, state, { by: [] }), { code })).toContain("QUORUM_NOT_MET");
    expect(verify(checkpoint(world, { by: [3, 1, 0] }))).toMatchObject({
      log: { cosignedBy: ["v0", "v1", "v3"] },
    });
  });

  it("of another log is refused", () => {
    expect(refusal(checkpoint(world, { name: "scrip.example/other" }))).toContain("find the log");
  });

  it("with a line that bears only the name or only the id of a known key is refused", () => {
    const text = `${origin}\n4\n${"A".repeat(43)}=\n`;
    const line = log.sign(text);
    const renamed = { ...line, name: "who.example" };
    const readdressed = { ...line, keyId: "00000000" };
    const stranger = { ...renamed, keyId: "00000000" };
    for (const lines of [[renamed], [readdressed]]) {
      expect(refusal(formatNote({ text, signatures: lines }))).toContain("read the signatures");
    }
    const unknown = formatNote({ text, signatures: [stranger] });
    expect(refusal(unknown)).toContain("verify the log's signature");
  });
});

describe("an entry file", () => {
  const entry = entryOf(world, 0);
  it("holds bytes, base64 or hex", () => {
    const files = [
      entry,
      Buffer.from(Buffer.from(entry).toString("base64")),
      Buffer.from(`${toHex(entry)}\n`),
      Buffer.from(toHex(entry).toUpperCase()),
    ];
    for (const file of files) expect(toHex(readEntryFile(file))).toBe(toHex(entry));
    for (const file of ["", "no entry", "%%%%"]) {
      expect(failure(() => readEntryFile(Buffer.from(file)))).toContain("read the entry file");
    }
  });
});

/** The log of the first block, one block on. */
function sealedAfter(before: Sealed): Sealed {
  const later = sealed([sale(1, 5n)], [card(0, 0n)]);
  return { ...later, ...logOf([...before.entries, ...later.entries]) };
}

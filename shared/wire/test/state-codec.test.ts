import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CardState, Leaves, LeafKind } from "@scrip/wire";
import {
  WireError,
  cardHalves,
  cardStateHash,
  decodeCardPublic,
  decodeHalves,
  decodeLeaf,
  decodeOperationPublic,
  encodeHalves,
  encodeLeaf,
  hashedLeaf,
  hiddenHash,
  leafIdOf,
  leafKey,
  leafKinds,
  leafStateHash,
  operationHalves,
  operationHashFromPublic,
  operationStateHash,
  stateHashFromPublic,
  toHex,
} from "@scrip/wire";
import { cardState, leaves, operationState } from "./leaf-arbitraries.ts";

const hash = (data: Uint8Array): Uint8Array =>
  new Uint8Array(createHash("sha256").update(data).digest());
const ofBytes = (...pieces: readonly (string | Uint8Array)[]): Uint8Array =>
  hash(Buffer.concat(pieces.map((piece) => Buffer.from(piece))));

function everyLeaf<K extends LeafKind>(kind: K, check: (leaf: Leaves[K]) => void): void {
  fc.assert(fc.property(leaves[kind], check), { numRuns: 60 });
}

describe("map leaves", () => {
  it.each(leafKinds.map((kind) => [kind]))("gives back every %s", (kind) => {
    everyLeaf(kind, (leaf) => {
      const bytes = encodeLeaf(kind, leaf);
      expect(decodeLeaf(kind, bytes)).toEqual(leaf);
      const { bytes: same, stateHash } = hashedLeaf(hash, kind, leaf);
      expect(toHex(same)).toBe(toHex(bytes));
      expect(toHex(stateHash)).toBe(toHex(leafStateHash(hash, kind, leaf)));
      expect(() => decodeLeaf(kind, Uint8Array.of(...bytes, 0))).toThrowError(WireError);
    });
  });

  it("takes no bytes of a card that it would not have written", () => {
    let taken = 0;
    fc.assert(
      fc.property(cardState, fc.nat(), fc.integer({ min: 1, max: 255 }), (state, at, by) => {
        const bytes = encodeLeaf("card", state);
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ by;
        let read: CardState;
        try {
          read = decodeLeaf("card", bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
          return;
        }
        taken++;
        expect(toHex(encodeLeaf("card", read))).toBe(toHex(bytes));
      }),
      { numRuns: 500 },
    );
    expect(taken).toBeGreaterThan(50);
  });

  it("refuses a status whose reason or successor does not belong to it", () => {
    const cases = fc.sample(cardState, { numRuns: 200, seed: 5 });
    const suspended = cases.find(({ card }) => card.standing.status === "SUSPENDED");
    const active = cases.find(({ card }) => card.standing.status === "ACTIVE");
    if (suspended === undefined || active === undefined) throw new Error("no such samples");
    const mixed = (shown: CardState, hidden: CardState): Uint8Array =>
      encodeHalves({
        publicBytes: cardHalves(shown).publicBytes,
        privateBytes: cardHalves(hidden).privateBytes,
      });
    expect(decodeLeaf("card", mixed(suspended, suspended))).toEqual(suspended);
    for (const bytes of [mixed(active, suspended), mixed(suspended, active)]) {
      expect(() => decodeLeaf("card", bytes)).toThrowError(
        expect.objectContaining({ code: "STATE_MALFORMED" }),
      );
    }
  });

  it("gives each leaf a key of its own: kinds never meet, nor do ids", () => {
    const name = "gold" as Leaves["batch"]["programId"];
    const keys = [
      leafKey(hash, "program", name),
      leafKey(hash, "participant", name),
      leafKey(hash, "program-version", { programId: name, version: 1 }),
      leafKey(hash, "program-version", { programId: name, version: 256 }),
      leafKey(hash, "key", { role: "WRITER", name: "w" }),
      leafKey(hash, "key", { role: "OPERATOR", name: "w" }),
      leafKey(hash, "shard-head", 0),
      leafKey(hash, "shard-head", 1),
      leafKey(hash, "validators", null),
      leafKey(hash, "totals", null),
      leafKey(hash, "protocol", null),
    ].map((key) => toHex(key));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys[0]).toBe(toHex(ofBytes("scrip/v1/map/program\0gold")));
  });

  it("knows the id of a leaf", () => {
    fc.assert(
      fc.property(cardState, (state) => {
        expect(leafIdOf("card", state)).toBe(state.card.cardId);
      }),
    );
  });
});

describe("halves", () => {
  it("hides a card's private half behind nonce and id", () => {
    fc.assert(
      fc.property(cardState, (state) => {
        const { publicBytes, privateBytes } = cardHalves(state);
        const blind = ofBytes(
          "scrip/v1/blind\0",
          Buffer.from(state.nonce, "hex"),
          Buffer.from(state.card.cardId, "hex"),
        );
        const expected = ofBytes(
          "scrip/v1/card-state\0",
          hash(publicBytes),
          ofBytes(blind, privateBytes),
        );
        expect(toHex(cardStateHash(hash, state))).toBe(toHex(expected));
      }),
      { numRuns: 50 },
    );
  });

  it("lets an outsider check a card by its public half and one hash", () => {
    fc.assert(
      fc.property(cardState, (state) => {
        const { publicBytes, privateBytes } = decodeHalves(encodeLeaf("card", state));
        const hidden = hiddenHash(hash, privateBytes, {
          nonce: state.nonce,
          id: state.card.cardId,
        });
        expect(toHex(stateHashFromPublic(hash, publicBytes, hidden))).toBe(
          toHex(cardStateHash(hash, state)),
        );
        expect(decodeCardPublic(publicBytes)).toEqual({
          status: state.card.standing.status,
          diverged: state.diverged,
          unit: state.card.unit,
          expiresAtMs: state.card.expiresAtMs,
          programId: state.card.programId,
          version: state.card.version,
        });
      }),
      { numRuns: 50 },
    );
  });

  it("does the same for operations, under a tag of their own", () => {
    fc.assert(
      fc.property(operationState, (state) => {
        const { publicBytes, privateBytes } = operationHalves(state);
        const id = state.operation.opId;
        const hidden = hiddenHash(hash, privateBytes, { nonce: state.nonce, id });
        const stateHash = toHex(operationStateHash(hash, state));
        expect(toHex(operationHashFromPublic(hash, publicBytes, hidden))).toBe(stateHash);
        expect(toHex(stateHashFromPublic(hash, publicBytes, hidden))).not.toBe(stateHash);
        expect(decodeOperationPublic(publicBytes).version).toBe(state.operation.version);
      }),
      { numRuns: 50 },
    );
  });

  it("shows nothing private in the public half", () => {
    fc.assert(
      fc.property(cardState, fc.bigInt({ min: 0n, max: 10n ** 15n }), (state, balance) => {
        const other = {
          ...state,
          card: { ...state.card, balance: balance as typeof state.card.balance },
        };
        expect(toHex(cardHalves(other).publicBytes)).toBe(toHex(cardHalves(state).publicBytes));
      }),
      { numRuns: 50 },
    );
  });
});

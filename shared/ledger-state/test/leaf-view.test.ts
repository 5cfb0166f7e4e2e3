import type { CardId } from "@scrip/domain";
import { sha256Ed25519 } from "@scrip/signing";
import { testChain } from "@scrip/testing";
import { encodeLeaf, leafKey } from "@scrip/wire";
import { beforeEach, describe, expect, it } from "vitest";
import type { LeafView } from "../src/state/leaf-view.ts";
import { LocalLedger } from "./local-ledger.ts";

const { hash } = sha256Ed25519;
const absent = "ff".repeat(20) as CardId;

/** A ledger with one card, and that card's id. */
async function withOneCard() {
  const chain = testChain();
  chain.acts.open(10_000);
  const [cardId] = chain.acts.stock(1);
  if (cardId === undefined) throw new Error("no card was stocked");
  const ledger = await LocalLedger.start(chain);
  await ledger.drain();
  return { ledger, cardId };
}

describe("leaves of a block", () => {
  let ledger: LocalLedger;
  let cardId: CardId;
  let leaves: LeafView;
  beforeEach(async () => {
    ({ ledger, cardId } = await withOneCard());
    leaves = ledger.state.leaves();
  });

  it("removes a leaf from store and map, and from sight", () => {
    leaves.remove("card", cardId);
    expect(leaves.get("card", cardId)).toBeUndefined();
    const { writes, map } = leaves.changes();
    const key = leafKey(hash, "card", cardId);
    expect(writes).toEqual([{ key, bytes: null }]);
    expect(map).toEqual([{ key, valueHash: null }]);
    expect(ledger.state.map.update(map).shape.count).toBe(ledger.state.map.shape.count - 1);
  });

  it("changes nothing by removing a leaf that is not there", () => {
    leaves.remove("card", absent);
    expect(leaves.changes()).toEqual({ writes: [], map: [] });
  });

  it("keeps a leaf that was removed and set again", () => {
    const state = leaves.need("card", cardId);
    leaves.remove("card", cardId);
    leaves.set("card", state);
    expect(leaves.changes().writes).toEqual([
      { key: leafKey(hash, "card", cardId), bytes: encodeLeaf("card", state) },
    ]);
  });

  it("removes for good a leaf that the same block had set", () => {
    const state = leaves.need("card", cardId);
    leaves.set("card", { ...state, diverged: true });
    leaves.remove("card", cardId);
    expect(leaves.changes().writes.map(({ bytes }) => bytes)).toEqual([null]);
  });

  it("is not seen by anybody else", () => {
    leaves.remove("card", cardId);
    expect(ledger.state.leaves().get("card", cardId)).toBeDefined();
  });
});

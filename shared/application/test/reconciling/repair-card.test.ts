import type { Card } from "@scrip/domain";
import { sha256 } from "@scrip/merkle-log";
import { failing, failOnce, MemoryCardDisk, MemoryCardStore, storeGiven } from "@scrip/testing";
import type { CardState } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { type LedgerCards, repairCard } from "../../src/index.ts";

const { birth, cardIdIn, changeOf, eventOf, fullCard, recordOf, suiteShards, suiteStart } =
  storeGiven;
const cardId = cardIdIn(1, "a");
const born = recordOf(fullCard(cardId, { version: 1 }));
const nobody = {
  async *identities() {},
};

/** A store that has the card, and a ledger that has it like this; `faulty` is the store as the repair sees it. */
async function given(committed: Partial<CardState> | undefined) {
  const store = new MemoryCardStore(new MemoryCardDisk(suiteShards, suiteStart));
  await store.save(birth(born, 1));
  const { card, lastEventId, nonce } = born;
  const state = committed && { card, lastEventId, nonce, diverged: true, ...committed };
  const ledger: LedgerCards = {
    card: () => state,
    operation: () => undefined,
    head: (shard) => ({ ...suiteStart(shard), shard, nextSeq: suiteStart(shard).seq }),
    rejected: () => [],
    reconciliation: () => undefined,
  };
  const ports = { store, ledger, vault: nobody, hash: sha256 };
  return { store, ports, card: async () => (await store.card(cardId))?.card };
}

const apart = { status: "SUSPENDED", reason: "LEDGER_REJECTED" };

describe("a card that the ledger holds apart", () => {
  it.each(["BEFORE", "AFTER"] as const)(
    "is suspended once, also when the save fails %s it is done",
    async (fault) => {
      const { ports, card, store } = await given({});
      const faulty = { ...ports, store: failing(store, failOnce("save", fault)) };
      await expect(repairCard(faulty, cardId)).rejects.toMatchObject({ code: "UNAVAILABLE" });
      const done = fault === "BEFORE" ? "SUSPENDED" : "APART";
      expect(await repairCard(faulty, cardId)).toBe(done);
      expect(await repairCard(ports, cardId)).toBe("APART");
      expect(await card()).toMatchObject({
        standing: apart,
        version: 2,
        balance: born.card.balance,
      });
      expect(await store.nextSeq(1)).toBe(suiteStart(1).seq + 1);
    },
  );

  it("is suspended, too, when the ledger refused its birth, and waits for nobody", async () => {
    const { ports, card } = await given(undefined);
    expect(await repairCard(ports, cardId)).toBe("SUSPENDED");
    expect(await repairCard(ports, cardId)).toBe("UNBORN");
    expect(await card()).toMatchObject({ standing: apart });
  });

  it("is left as it is by a copy that is behind the store's control stream", async () => {
    const { ports, card, store } = await given({});
    await store.save(changeOf(suiteShards, { events: [eventOf("a control event")] }));
    const start = suiteStart(suiteShards);
    await store.trim(suiteShards, { ...start, seq: start.seq + 1 });
    expect(await repairCard(ports, cardId)).toBe("BEHIND");
    expect((await card())?.version).toBe(1);
  });
});

describe("a card that an operator has set", () => {
  const set: Card = { ...born.card, version: 3, lastAtMs: born.card.lastAtMs + 1 };

  it.each(["BEFORE", "AFTER"] as const)(
    "is set in the store once, also when the save fails %s it is done",
    async (fault) => {
      const { ports, card } = await given({});
      await repairCard(ports, cardId);
      const reconciled = { ...ports, ledger: { ...ports.ledger, card: () => stateOf(set) } };
      const faulty = { ...reconciled, store: failing(ports.store, failOnce("save", fault)) };
      await expect(repairCard(faulty, cardId)).rejects.toMatchObject({ code: "UNAVAILABLE" });
      expect(await repairCard(faulty, cardId)).toBe(fault === "BEFORE" ? "RECONCILED" : "SOUND");
      expect(await repairCard(reconciled, cardId)).toBe("SOUND");
      expect(await card()).toEqual(set);
    },
  );

  it("is left alone where the store has gone on from there", async () => {
    const { ports, card } = await given({ diverged: false });
    expect(await repairCard(ports, cardId)).toBe("SOUND");
    expect(await card()).toEqual(born.card);
  });

  const stateOf = (card: Card): CardState => {
    const { lastEventId, nonce } = born;
    return { card, lastEventId, nonce, diverged: false };
  };
});

import { describe, expect, it } from "vitest";
import {
  cardStoreSuite,
  MemoryCardDisk,
  MemoryCardPlace,
  MemoryCardStore,
  outboxSuite,
  storeGiven,
  type CardStorePlace,
} from "../src/index.ts";

const { birth, cardIdIn, changeOf, eventOf, fullCard, moveOf, recordOf, walletIn } = storeGiven;
const newDisk = (): MemoryCardDisk =>
  new MemoryCardDisk(storeGiven.suiteShards, storeGiven.suiteStart);

const newPlace = async (): Promise<CardStorePlace> => new MemoryCardPlace();

cardStoreSuite("in memory", newPlace);
outboxSuite("in memory", newPlace);

describe("memory card store, stricter than a real one", () => {
  const record = recordOf(fullCard(cardIdIn(1, "a"), { lastAtMs: 100 }));
  const broken = { code: "CONTRACT_BROKEN" };

  it("refuses an event that was saved before", async () => {
    const store = new MemoryCardStore(newDisk());
    await store.save(changeOf(1, { events: [eventOf("e")] }));
    await expect(store.save(changeOf(2, { events: [eventOf("e")] }))).rejects.toMatchObject(broken);
  });

  it.each([
    ["time that goes back", { lastAtMs: 99 }],
    ["a version without an event", { version: 3 }],
    ["more held than there is", { balance: fullCard(cardIdIn(1, "a")).sums.expired }],
  ])("refuses %s", async (_, wrong) => {
    const store = new MemoryCardStore(newDisk());
    await store.save(birth(record, 1));
    const move = moveOf(record, 1, "x");
    const card = { ...record.card, version: 2, ...wrong };
    const cards = [{ record: { ...record, card }, expectedVersion: 1 }];
    await expect(store.save({ ...move, cards })).rejects.toMatchObject(broken);
  });

  it("refuses half a binding", async () => {
    const store = new MemoryCardStore(newDisk());
    const half = { ...record, walletId: walletIn(1, "w") };
    await expect(store.save(birth(half, 1))).rejects.toMatchObject(broken);
  });

  it("lets nobody change what it keeps", async () => {
    const store = new MemoryCardStore(newDisk());
    await store.save(birth(record, 1));
    const kept = await store.card(record.card.cardId);
    expect(() => Object.assign(kept?.card ?? {}, { version: 9 })).toThrow(TypeError);
  });
});

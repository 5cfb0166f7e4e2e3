import type { CardStoreRebuild, RestoredRecords, StreamPosition } from "@scrip/ports";
import { zero } from "@scrip/domain";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { CardStorePlace } from "../card-store-place.ts";
import {
  birth,
  cardIdIn,
  eventOf,
  fullCard,
  keptAs,
  moveOf,
  operationOf,
  opIdOf,
  outcomeOf,
  recordOf,
  suiteShards,
  suiteStart,
  walletIn,
} from "../given.ts";

const walletId = walletIn(1, "w");
const { sums } = fullCard(cardIdIn(1, "a"));
const born = { version: 5, sums: { ...sums, movedIn: zero } };
const record = recordOf(fullCard(cardIdIn(1, "a"), born), walletId);
/** It took the place of another card: value was moved to it. */
const successor = recordOf(fullCard(cardIdIn(1, "b"), { batchId: record.card.batchId }));
const { cardId, batchId } = record.card;
const operation = operationOf(opIdOf("sale"), [cardId], 3);
const due = { dueAtMs: 9, kind: "CARD", id: cardId } as const;
const none: RestoredRecords = {
  shard: 1,
  cards: [],
  operations: [],
  outcomes: [],
  claims: [],
  wallets: [],
  dues: [],
};
const outcome = keptAs(outcomeOf(opIdOf("sale")), 12);
const all: RestoredRecords = {
  ...none,
  cards: [record, successor],
  operations: [operation],
  outcomes: outcome === undefined ? [] : [outcome],
  wallets: [{ walletId, cardId }],
  dues: [due],
};
const standsAt = (shard: number): StreamPosition => ({
  ...suiteStart(shard),
  epoch: 2,
  seq: 100 + shard,
});
const notOurs = { code: "NOT_OURS" };

/** A store is made anew from what the ledger has, and is one like any other once that is finished. */
export function rebuildCases(newPlace: () => Promise<CardStorePlace>): void {
  let place: CardStorePlace;
  let rebuild: CardStoreRebuild;
  beforeEach(async () => {
    place = await newPlace();
    rebuild = await place.rebuild(standsAt);
  });
  afterEach(async () => {
    await rebuild.close();
    await place.remove();
  });

  it("has what was restored, under the streams it was given", async () => {
    await rebuild.restore(all);
    await rebuild.restore({ ...none, shard: suiteShards, claims: ["program:gold"] });
    await rebuild.finish();
    const store = await place.open();
    const byId = [record, successor].sort((a, b) => (a.card.cardId < b.card.cardId ? -1 : 1));
    expect(await store.scan(1, null, 10)).toEqual(byId);
    expect(await store.operationsOf(1, null, 10)).toEqual([operation]);
    expect(await store.outcome(1, opIdOf("sale"))).toEqual(outcome);
    expect(await store.pointer(opIdOf("sale"))).toBeUndefined();
    expect(await store.claimed("program:gold")).toBe(true);
    expect(await store.walletCards(walletId, null, 10)).toEqual([cardId]);
    expect(await store.due(1, 9, 10)).toEqual([due]);
    const page = { shard: 1, after: null, limit: 10 };
    expect(batchId && (await store.batchCards({ ...page, batchId }))).toEqual([cardId]);
    for (let shard = 0; shard <= suiteShards; shard += 1) {
      expect(await store.trimPoint(shard)).toEqual(standsAt(shard));
      expect(await store.nextSeq(shard)).toBe(100 + shard);
    }
    await store.close();
  });

  it("goes on from there: versions, keys and numbers", async () => {
    await rebuild.restore(all);
    await rebuild.finish();
    const store = await place.open();
    expect(await store.save(moveOf(record, 1, "sale"))).toEqual({
      kind: "OUTCOME_EXISTS",
      outcome,
    });
    expect(await store.save(moveOf(record, 1, "next"))).toEqual({ kind: "SAVED", firstSeq: 101 });
    await expect(store.save(birth(record, 1))).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
    expect(await store.read(1, 0, 10)).toEqual([{ seq: 101, ...eventOf("next") }]);
    await store.close();
  });

  it("takes the newest of what is restored twice, however many at once", async () => {
    const newer = { ...record, card: { ...record.card, version: 6 } };
    const others = Array.from({ length: 20 }, (_, nth) =>
      recordOf(fullCard(cardIdIn(1, `other ${nth}`))),
    );
    await rebuild.restore(all);
    const restores = others.map((each) => rebuild.restore({ ...none, cards: [each] }));
    await Promise.all([rebuild.restore({ ...none, cards: [newer] }), ...restores]);
    await rebuild.finish();
    const store = await place.open();
    expect(await store.card(cardId)).toEqual(newer);
    expect(await store.totals()).toMatchObject({ cards: 22 });
    await store.close();
  });

  it("opens for nobody before it is finished, nor is it taken up by another", async () => {
    await rebuild.restore(all);
    await rebuild.close();
    await expect(place.open()).rejects.toMatchObject(notOurs);
    await expect(place.rebuild(standsAt)).rejects.toMatchObject(notOurs);
  });

  it("is refused where a store stands already", async () => {
    await rebuild.finish();
    await expect(place.rebuild(standsAt)).rejects.toMatchObject(notOurs);
    const store = await place.open();
    expect(await store.trimPoint(1)).toEqual(standsAt(1));
    await store.close();
  });

  it.each<[string, RestoredRecords]>([
    ["a card of another shard", { ...all, shard: 2 }],
    ["a claim outside the control stream", { ...none, claims: ["program:gold"] }],
    ["a shard that is not there", { ...none, shard: suiteShards + 1 }],
  ])("refuses %s", async (_, records) => {
    const refused = rebuild.restore(records);
    await expect(refused).rejects.toMatchObject({ code: "CONTRACT_BROKEN" });
  });
}

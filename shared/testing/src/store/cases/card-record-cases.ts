import { amount, amountMax, type Card, type Standing } from "@scrip/domain";
import { expect, it } from "vitest";
import {
  birth,
  cardIdIn,
  changeOf,
  eventOf,
  fullCard,
  operationOf,
  opIdOf,
  recordOf,
  walletIn,
} from "../given.ts";
import type { OpenPlace } from "../open-place.ts";

const id = cardIdIn(1, "a");
const standings: Standing[] = [
  { status: "GENERATED" },
  { status: "ALLOCATED" },
  { status: "ACTIVE" },
  { status: "SUSPENDED", reason: "STOLEN" },
  { status: "REDEEMED" },
  { status: "EXPIRED" },
  { status: "REPLACED", successor: cardIdIn(1, "b") },
  { status: "CANCELLED", reason: "LEDGER_REJECTED" },
];
const sparse: Partial<Card> = {
  batchId: null,
  distributor: null,
  expiresAtMs: null,
  refundables: [],
  held: amount(0),
};

/** What is saved comes back exactly as it was. */
export function cardRecordCases(at: OpenPlace): void {
  it("has no card, operation, pointer, outcome or claim at first", async () => {
    expect(await at.store.card(id)).toBeUndefined();
    expect(await at.store.cards([id])).toEqual([]);
    expect(await at.store.operation(1, opIdOf("x"))).toBeUndefined();
    expect(await at.store.pointer(opIdOf("x"))).toBeUndefined();
    expect(await at.store.outcome(1, opIdOf("x"))).toBeUndefined();
    expect(await at.store.claimed("program:gold")).toBe(false);
  });

  it.each(standings)("keeps a card that is $status", async (standing) => {
    const record = recordOf(fullCard(id, { standing }), walletIn(2, "w"));
    await at.store.save(birth(record, 1));
    expect(await at.store.card(id)).toEqual(record);
    await at.reopen();
    expect(await at.store.card(id)).toEqual(record);
  });

  it("keeps what is null or empty as such", async () => {
    const record = recordOf(fullCard(id, sparse));
    await at.store.save(birth(record, 1));
    expect(await at.store.card(id)).toEqual(record);
  });

  it("keeps the sum that may be signed, to the last unit", async () => {
    const sums = { ...fullCard(id).sums, loaded: amount(amountMax), movedIn: amount(amountMax) };
    const record = recordOf(fullCard(id, { sums, balance: amount(5) }));
    expect(record.card.sums.adjusted).toBeLessThan(-(2n ** 53n));
    await at.store.save(birth(record, 1));
    expect((await at.store.card(id))?.card.sums).toEqual(record.card.sums);
  });

  it("keeps operations with their legs in order", async () => {
    const legs = [cardIdIn(2, "c"), cardIdIn(2, "a"), cardIdIn(2, "b")];
    const record = operationOf(opIdOf("sale"), legs);
    const change = { operations: [{ record, expectedVersion: 0 }], events: [eventOf("sale")] };
    await at.store.save(changeOf(2, change));
    expect(await at.store.operation(2, opIdOf("sale"))).toEqual(record);
    expect(await at.store.operation(1, opIdOf("sale"))).toBeUndefined();
    await at.reopen();
    expect(await at.store.operation(2, opIdOf("sale"))).toEqual(record);
  });

  it("answers cards in the order asked and leaves out what is not there", async () => {
    const ids = ["a", "b", "c"].map((name) => cardIdIn(1, name));
    for (const each of ids) await at.store.save(birth(recordOf(fullCard(each)), 1));
    const asked = [ids[2], cardIdIn(1, "none"), ids[0]].flatMap((each) => each ?? []);
    expect((await at.store.cards(asked)).map(({ card }) => card.cardId)).toEqual([ids[2], ids[0]]);
  });

  it("is not changed through what was given to it or taken from it", async () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const event = { ...eventOf("birth"), bytes };
    const record = recordOf(fullCard(id));
    await at.store.save(changeOf(1, { cards: [{ record, expectedVersion: 0 }], events: [event] }));
    bytes.fill(9);
    const [taken] = await at.store.read(1, 0, 1);
    expect([...(taken?.bytes ?? [])]).toEqual([1, 2, 3]);
    taken?.bytes.fill(9);
    expect([...((await at.store.read(1, 0, 1))[0]?.bytes ?? [])]).toEqual([1, 2, 3]);
  });

  it("adds up its cards", async () => {
    const [a, b] = [fullCard(id), fullCard(cardIdIn(2, "b"))];
    await at.store.save(birth(recordOf(a), 1));
    await at.store.save(birth(recordOf(b), 2));
    expect(await at.store.totals()).toEqual({
      cards: 2,
      balance: a.balance * 2n,
      held: a.held * 2n,
      loaded: a.sums.loaded * 2n,
      writtenOff: a.sums.writtenOff * 2n,
      refunded: a.sums.refunded * 2n,
    });
  });
}

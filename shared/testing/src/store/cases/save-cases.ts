import { opId } from "@scrip/domain";
import type { CardRecord, Change, SaveResult } from "@scrip/ports";
import { PortError, type PortErrorCode } from "@scrip/ports";
import { expect, it } from "vitest";
import {
  birth,
  cardIdIn,
  changeOf,
  eventOf,
  fullCard,
  keptAs,
  moveOf,
  recordOf,
} from "../given.ts";
import type { OpenPlace } from "../open-place.ts";

const id = cardIdIn(1, "a");
const born = recordOf(fullCard(id));
const racers = 64;

/** What a save does, or does not do at all. */
export function saveCases(at: OpenPlace): void {
  it("saves card, event and outcome together, and keeps them", async () => {
    await at.store.save(birth(born, 1));
    const change = moveOf(born, 1, "sale");
    expect(await at.store.save(change)).toEqual({ kind: "SAVED", firstSeq: 1 });
    await expectSaved(at, change);
    await at.reopen();
    await expectSaved(at, change);
  });

  it("gives a change's events following numbers", async () => {
    const events = [eventOf("due"), eventOf("own")];
    expect(await at.store.save(changeOf(3, { events }))).toEqual({ kind: "SAVED", firstSeq: 0 });
    const read = await at.store.read(3, 0, 10);
    expect(read.map(({ seq, eventId }) => [seq, eventId])).toEqual([
      [0, eventOf("due").eventId],
      [1, eventOf("own").eventId],
    ]);
  });

  it("saves a card without an event, and says nothing to who waits for events", async () => {
    await at.store.save(birth(born, 1));
    const heard: number[] = [];
    at.store.onAppend((shard) => heard.push(shard));
    const standing = { status: "SUSPENDED", reason: "LEDGER_REJECTED" } as const;
    const suspended = { ...born, card: { ...born.card, standing, version: 2 } };
    const change = changeOf(1, { cards: [{ record: suspended, expectedVersion: 1 }] });
    expect(await at.store.save(change)).toEqual({ kind: "SAVED", firstSeq: 1 });
    await expect(at.store.save(change)).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
    await at.reopen();
    expect(await at.store.card(id)).toEqual(suspended);
    expect(await at.store.nextSeq(1)).toBe(1);
    expect(heard).toEqual([]);
    await at.store.save(moveOf(suspended, 1, "later"));
    expect(await at.store.nextSeq(1)).toBe(2);
  });

  it.each([
    ["a card that is not there", moveOf(born, 1, "sale"), false],
    ["a card that moved on", moveOf(born, 1, "late"), true],
    ["a card that is born twice", birth(born, 1), true],
  ])("refuses %s and changes nothing", async (_, change, movedOn) => {
    if (movedOn) {
      await at.store.save(birth(born, 1));
      await at.store.save(moveOf(born, 1, "early"));
    }
    const [before, next] = [await at.store.card(id), await at.store.nextSeq(1)];
    await expect(at.store.save(change)).rejects.toMatchObject({
      code: "VERSION_CONFLICT",
      retryable: true,
      outcomeKnown: true,
    });
    expect(await at.store.card(id)).toEqual(before);
    expect(await at.store.nextSeq(1)).toBe(next);
    if (change.outcome === null) return;
    expect(await at.store.pointer(change.outcome.opId)).toBeUndefined();
    expect(await at.store.outcome(1, change.outcome.opId)).toBeUndefined();
  });

  it("refuses the whole change when one of several cards moved on", async () => {
    const other = recordOf(fullCard(cardIdIn(1, "b")));
    await at.store.save(birth(born, 1));
    await at.store.save(birth(other, 1));
    await at.store.save(moveOf(other, 1, "first"));
    const both = [...moveOf(born, 1, "both").cards, ...moveOf(other, 1, "both").cards];
    const change = { ...moveOf(born, 1, "both"), cards: both };
    await expect(at.store.save(change)).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
    expect((await at.store.card(id))?.card.version).toBe(1);
  });

  it(`lets one of ${racers} concurrent saves of one version win, again and again`, async () => {
    await at.store.save(birth(born, 1));
    let record = born;
    for (let round = 0; round < 5; round += 1) {
      const names = Array.from({ length: racers }, (_, racer) => `race ${round} ${racer}`);
      const results = await Promise.all(names.map((name) => tried(at, moveOf(record, 1, name))));
      expect(results.filter((result) => result === "SAVED")).toHaveLength(1);
      expect(results.filter((result) => result === "VERSION_CONFLICT")).toHaveLength(racers - 1);
      record = await stored(at);
      expect(record.card.version).toBe(round + 2);
    }
    const events = await at.store.read(1, 0, 100);
    expect(events.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("keeps refused saves away from those that share their commit", async () => {
    const ids = Array.from({ length: 20 }, (_, nth) => cardIdIn(nth % 4, `card ${nth}`));
    const results = await Promise.all(
      ids.flatMap((each, nth) => [
        tried(at, birth(recordOf(fullCard(each)), nth % 4)),
        tried(at, moveOf(recordOf(fullCard(each, { version: 7 })), nth % 4, `wrong ${nth}`)),
      ]),
    );
    expect(results.filter((result) => result === "SAVED")).toHaveLength(20);
    expect(results.filter((result) => result === "VERSION_CONFLICT")).toHaveLength(20);
    expect(await at.store.cards(ids)).toHaveLength(20);
    for (const shard of [0, 1, 2, 3]) expect(await at.store.nextSeq(shard)).toBe(5);
  });

  it("shows a save to whoever reads after it resolved", async () => {
    let record = born;
    await at.store.save(birth(born, 1));
    for (let nth = 0; nth < 50; nth += 1) {
      await at.store.save(moveOf(record, 1, `step ${nth}`));
      record = await stored(at);
      expect(record.card.version).toBe(nth + 2);
    }
  });

  it("refuses what it could not give back", async () => {
    const wrong = { ...born, nonce: "not hex" };
    await expect(at.store.save(birth(wrong, 1))).rejects.toMatchObject({ code: "CONTRACT_BROKEN" });
    const odd = { ...moveOf(born, 1, "x"), pointer: null };
    const outcome = { ...odd, outcome: { ...odd.outcome, opId: "0" } } as Change;
    await expect(at.store.save(outcome)).rejects.toMatchObject({ code: "CONTRACT_BROKEN" });
    expect(await at.store.totals()).toMatchObject({ cards: 0 });
    expect(await at.store.nextSeq(1)).toBe(0);
  });

  it("saves nothing more once it is closed", async () => {
    const { store } = at;
    await at.reopen();
    await expect(store.save(birth(born, 1))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(await at.store.card(id)).toBeUndefined();
  });
}

async function expectSaved(at: OpenPlace, change: Change): Promise<void> {
  const { outcome, pointer } = change;
  if (outcome === null) throw new Error("the change has an outcome");
  expect(await at.store.card(id)).toEqual(change.cards[0]?.record);
  expect(await at.store.pointer(opId(outcome.opId))).toEqual(pointer);
  expect(await at.store.outcome(change.shard, outcome.opId)).toEqual(keptAs(outcome, 1));
  const [event] = await at.store.read(change.shard, 1, 10);
  expect(event).toEqual({ seq: 1, ...change.events[0] });
}

async function stored(at: OpenPlace): Promise<CardRecord> {
  const record = await at.store.card(id);
  if (record === undefined) throw new Error("the card is there");
  return record;
}

async function tried(at: OpenPlace, change: Change): Promise<SaveResult["kind"] | PortErrorCode> {
  try {
    return (await at.store.save(change)).kind;
  } catch (error) {
    if (error instanceof PortError) return error.code;
    throw error;
  }
}

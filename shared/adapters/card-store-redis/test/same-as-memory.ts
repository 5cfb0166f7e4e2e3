import type { CardId } from "@scrip/domain";
import { type Change, PortError, type SaveResult } from "@scrip/ports";
import {
  type CardStorePlace,
  MemoryCardPlace,
  type StoreUnderTest,
  storeGiven,
} from "@scrip/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const {
  cardIdIn,
  changeOf,
  eventOf,
  fullCard,
  operationOf,
  opIdOf,
  outcomeOf,
  pointerOf,
  recordOf,
  suiteShards,
  walletIn,
} = storeGiven;
const few = ["a", "b", "c"];
const names = fc.constantFrom(...few);
const versions = fc.nat({ max: 3 });
/** Two of cards and the control stream: few enough that changes meet. */
const shards: fc.Arbitrary<number> = fc.constantFrom(0, 1, suiteShards);
const batch = fullCard(cardIdIn(0, "a")).batchId;
const runs = 10;

/** A change in words; what it names is made when it is tried. */
const wish = fc.record({
  shard: shards,
  key: fc.option(fc.record({ name: names, body: names, shard: shards })),
  outcome: fc.option(fc.record({ decline: fc.boolean(), part: fc.boolean() })),
  cards: fc.uniqueArray(fc.tuple(names, versions), { maxLength: 2, selector: ([name]) => name }),
  operation: fc.option(fc.record({ name: names, version: versions, removes: fc.boolean() })),
  events: fc.nat({ max: 2 }),
  claim: fc.option(names),
  wallet: fc.option(fc.record({ name: names, card: names, removes: fc.boolean() })),
  due: fc.option(fc.record({ name: names, atMs: fc.nat({ max: 3 }), removes: fc.boolean() })),
  trims: fc.nat({ max: 20 }),
});
type Wish = typeof wish extends fc.Arbitrary<infer T> ? T : never;

const nothing: Wish = {
  shard: 0,
  key: null,
  outcome: null,
  cards: [],
  operation: null,
  events: 0,
  claim: null,
  wallet: null,
  due: null,
  trims: 1,
};
const keyed: Wish = { ...nothing, key: { name: "a", body: "a", shard: 0 }, events: 1 };
const decided: Wish = { ...keyed, outcome: { decline: false, part: false } };
const claiming: Wish = { ...nothing, shard: suiteShards, claim: "a" };
/** Wishes that have every kind of answer, whatever chance leaves out. */
const everyAnswer: Wish[] = [
  keyed,
  { ...decided, shard: 1 },
  { ...keyed, key: { name: "a", body: "b", shard: 0 } },
  decided,
  decided,
  { ...nothing, cards: [["a", 2]] },
  claiming,
  claiming,
];

/**
 * The same changes, one after the other, do the same to a store as to the one that keeps the contract in memory.
 * @param keysMove whether a key may come with another decision shard than before: what is said of that, and before what
 *   else that is wrong, is the same only where pointer and save are one step
 */
export function sameAsMemory(
  name: string,
  newPlace: () => Promise<CardStorePlace>,
  { keysMove }: { readonly keysMove: boolean },
): void {
  describe(`card store: ${name}, beside one in memory`, () => {
    it("answers the same, and comes to the same", { timeout: 120_000 }, async () => {
      let events = 0;
      const seen = new Set<string>();
      const property = fc.asyncProperty(
        fc.array(wish, { minLength: 20, maxLength: 30 }),
        async (wishes) => {
          const [place, model] = [await newPlace(), new MemoryCardPlace()];
          const [store, memory] = [await place.open(), await model.open()];
          try {
            for (const each of wishes) {
              const given = keysMove ? each : withKeyAtHome(each);
              const change = changeFor(given, () => eventOf(`${name} ${(events += 1)}`));
              const [own, expected] = [await tried(store, change), await tried(memory, change)];
              expect(own, JSON.stringify(each)).toEqual(expected);
              seen.add(typeof own === "string" ? own : own.kind);
              if (each.trims === 0) await trimBoth(store, memory, each.shard);
            }
            expect(await everythingOf(store)).toEqual(await everythingOf(memory));
          } finally {
            await store.close();
            await place.remove();
          }
        },
      );
      await fc.assert(property, { numRuns: runs, examples: [[everyAnswer]], endOnFailure: true });
      // All there is to answer was answered, and the same.
      const kinds = ["SAVED", "OUTCOME_EXISTS", "KEY_REUSED", "CLAIM_TAKEN", "VERSION_CONFLICT"];
      if (keysMove) kinds.push("CONTRACT_BROKEN");
      expect([...seen].sort()).toEqual(kinds.sort());
    });
  });
}

/** Each key is decided in a shard of its own, the control stream's too. */
function withKeyAtHome(given: Wish): Wish {
  if (given.key === null) return given;
  const homes = [0, 1, suiteShards];
  const shard = homes[few.indexOf(given.key.name)] ?? 0;
  return { ...given, key: { ...given.key, shard }, ...(given.outcome === null ? {} : { shard }) };
}

function changeFor(given: Wish, nextEvent: () => Change["events"][number]): Change {
  const { shard, key, outcome } = given;
  const inCards = shard < suiteShards;
  const cards = inCards ? given.cards : [];
  // A card that moves has an event to move by.
  const count = cards.length > 0 ? Math.max(given.events, 1) : given.events;
  // A part's key is of one shard, and has no pointer.
  const part = outcome?.part === true ? opIdOf(`part ${shard} ${key?.name ?? ""}`) : null;
  const opId = part ?? (key === null ? null : opIdOf(key.name));
  return changeOf(shard, {
    pointer:
      key === null ? null : pointerOf(opIdOf(key.name), decidedIn(key, outcome, shard), key.body),
    outcome:
      outcome === null || opId === null
        ? null
        : { ...outcomeOf(opId), ...(outcome.decline ? { kind: "DECLINED", eventId: null } : {}) },
    cards: cards.map(([name, from]) => ({
      record: recordOf(
        fullCard(cardIdIn(shard, name), {
          version: from + 1,
          ...(from === 0 ? { standing: { status: "GENERATED" } } : {}),
        }),
      ),
      expectedVersion: from,
    })),
    ...(inCards ? operationIn(given) : { claims: given.claim === null ? [] : [given.claim] }),
    events: Array.from({ length: count }, nextEvent),
    ...(inCards ? indexesIn(given) : {}),
  });
}

/** A key's own outcome is saved where its pointer says, else the change is no change at all. */
const decidedIn = (
  key: { readonly shard: number },
  outcome: Wish["outcome"],
  shard: number,
): number => (outcome === null || outcome.part ? key.shard : shard);

function operationIn({ shard, operation }: Wish): Partial<Change> {
  if (operation === null) return {};
  const { name, version, removes } = operation;
  // An operation's key is of any shard; its record lies beside its cards.
  const opId = opIdOf(`operation ${name}`);
  if (removes && version > 0) return { operationRemoves: [{ opId, expectedVersion: version }] };
  const record = operationOf(opId, [cardIdIn(shard, name)], version + 1);
  return { operations: [{ record, expectedVersion: version }] };
}

function indexesIn({ shard, wallet, due }: Wish): Partial<Change> {
  const entry = wallet && {
    walletId: walletIn(shard, wallet.name),
    cardId: cardIdIn(shard, wallet.card),
  };
  const dueEntry =
    due && ({ dueAtMs: due.atMs, kind: "CARD", id: cardIdIn(shard, due.name) } as const);
  return {
    ...(entry && (wallet.removes ? { walletRemoves: [entry] } : { walletAdds: [entry] })),
    ...(dueEntry && (due.removes ? { dueRemoves: [dueEntry] } : { dueAdds: [dueEntry] })),
  };
}

async function tried(store: StoreUnderTest, change: Change): Promise<SaveResult | string> {
  try {
    return await store.save(change);
  } catch (error) {
    if (error instanceof PortError) return error.code;
    throw error;
  }
}

async function trimBoth(
  store: StoreUnderTest,
  memory: StoreUnderTest,
  shard: number,
): Promise<void> {
  const { chain, epoch } = await memory.trimPoint(shard);
  const seq = await memory.nextSeq(shard);
  for (const each of [store, memory]) await each.trim(shard, { epoch, chain, seq });
}

/** All that can be read of a store. */
async function everythingOf(store: StoreUnderTest): Promise<unknown> {
  const shards = Array.from({ length: suiteShards + 1 }, (_, shard) => shard);
  const keys = [
    ...few.map(opIdOf),
    ...shards.flatMap((shard) => ["", ...few].map((name) => opIdOf(`part ${shard} ${name}`))),
  ];
  const ofShard = async (shard: number) => ({
    cards: await store.scan(shard, null, 100),
    operations: await store.operationsOf(shard, null, 100),
    dues: await store.due(shard, 100, 100),
    events: await store.read(shard, 0, 1_000),
    head: [await store.nextSeq(shard), await store.trimPoint(shard)],
    batch: batch && (await store.batchCards({ batchId: batch, shard, after: null, limit: 100 })),
    outcomes: await Promise.all(keys.map((opId) => store.outcome(shard, opId))),
    entries: await store.walletEntries(shard, null, 1_000),
    wallets: await Promise.all(
      few.map((name): Promise<CardId[]> => store.walletCards(walletIn(shard, name), null, 100)),
    ),
  });
  return {
    shards: await Promise.all(shards.map(ofShard)),
    pointers: await Promise.all(keys.map((opId) => store.pointer(opId))),
    claims: await Promise.all(few.map((claim) => store.claimed(claim))),
    totals: await store.totals(),
  };
}

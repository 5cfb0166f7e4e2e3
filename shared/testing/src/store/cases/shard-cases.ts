import type { Change } from "@scrip/ports";
import { expect, it } from "vitest";
import {
  birth,
  cardIdIn,
  changeOf,
  eventOf,
  fullCard,
  keptAs,
  moveOf,
  operationOf,
  opIdOf,
  outcomeOf,
  pointerOf,
  recordOf,
  suiteShards,
  walletIn,
} from "../given.ts";
import type { OpenPlace } from "../open-place.ts";

const here = recordOf(fullCard(cardIdIn(1, "a")));
const there = recordOf(fullCard(cardIdIn(2, "b")));
const events = [eventOf("e")];
const entry = { walletId: walletIn(2, "w"), cardId: cardIdIn(1, "a") };

const broken: [string, Change][] = [
  ["a card of another shard", birth(there, 1)],
  [
    "cards of two shards",
    changeOf(1, { cards: [...birth(here, 1).cards, ...birth(there, 2).cards], events }),
  ],
  ["a card in the control stream", birth(here, suiteShards)],
  ["a wallet of another shard", changeOf(1, { walletAdds: [entry] })],
  ["a wallet of another shard left", changeOf(1, { walletRemoves: [entry] })],
  [
    "an operation over lots of another shard",
    changeOf(1, {
      operations: [{ record: operationOf(opIdOf("o"), [cardIdIn(2, "b")]), expectedVersion: 0 }],
      events,
    }),
  ],
  [
    "an outcome that another shard decides",
    changeOf(1, { pointer: pointerOf(opIdOf("o"), 2), outcome: outcomeOf(opIdOf("o")) }),
  ],
  [
    "a card of another shard that is due",
    changeOf(1, { dueAdds: [{ dueAtMs: 1, kind: "CARD", id: cardIdIn(2, "b") }] }),
  ],
  [
    "a card of another shard that is no longer due",
    changeOf(1, { dueRemoves: [{ dueAtMs: 1, kind: "CARD", id: cardIdIn(2, "b") }] }),
  ],
  [
    "a time before 1970",
    changeOf(1, { dueAdds: [{ dueAtMs: -1, kind: "CARD", id: cardIdIn(1, "a") }] }),
  ],
  [
    "an operation saved and removed at once",
    changeOf(1, {
      operations: [{ record: operationOf(opIdOf("o"), []), expectedVersion: 0 }],
      operationRemoves: [{ opId: opIdOf("o"), expectedVersion: 1 }],
    }),
  ],
  [
    "an operation removed that is not there yet",
    changeOf(1, { operationRemoves: [{ opId: opIdOf("o"), expectedVersion: 0 }] }),
  ],
  ["a claim outside the control stream", changeOf(1, { claims: ["program:gold"] })],
  ["a shard that is not there", changeOf(suiteShards + 1, { events })],
  ["a shard that is no number", changeOf(0.5, { events })],
  [
    "one card twice",
    changeOf(1, { cards: [...birth(here, 1).cards, ...birth(here, 1).cards], events }),
  ],
  [
    "a version that does not move",
    changeOf(1, { cards: [{ record: here, expectedVersion: here.card.version }], events }),
  ],
  ["an empty event", changeOf(1, { events: [{ ...eventOf("e"), bytes: new Uint8Array(0) }] })],
  [
    "a too large event",
    changeOf(1, { events: [{ ...eventOf("e"), bytes: new Uint8Array(65_536) }] }),
  ],
];

/** Records of one shard only: that is what every adapter can do in one step. */
export function shardCases(at: OpenPlace): void {
  it("has the shards it was opened with, and one stream more", () => {
    expect(at.store.shards).toBe(suiteShards);
    expect(at.store.streams).toBe(suiteShards + 1);
  });

  it.each(broken)("refuses %s and changes nothing", async (_, change) => {
    await expect(at.store.save(change)).rejects.toMatchObject({
      code: "CONTRACT_BROKEN",
      retryable: false,
    });
    expect(await at.store.totals()).toMatchObject({ cards: 0 });
    for (let shard = 0; shard <= suiteShards; shard += 1)
      expect(await at.store.nextSeq(shard)).toBe(0);
  });

  it("lets a pointer alone lie elsewhere than what is saved beside it", async () => {
    await at.store.save(birth(here, 1));
    const pointer = pointerOf(opIdOf("split"), 3);
    const leg = moveOf(here, 1, "leg 1");
    expect(await at.store.save({ ...leg, pointer })).toMatchObject({ kind: "SAVED" });
    expect(await at.store.pointer(opIdOf("split"))).toEqual(pointer);
    expect(await at.store.outcome(1, opIdOf("leg 1"))).toEqual(keptAs(leg.outcome, 1));
    const elsewhere = changeOf(1, { outcome: outcomeOf(opIdOf("split")) });
    await expect(at.store.save(elsewhere)).rejects.toMatchObject({ code: "CONTRACT_BROKEN" });
  });
}

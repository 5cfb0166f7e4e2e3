import { type Amount, amount, type Card } from "@scrip/domain";
import type { CardRecord, StoreTotals } from "@scrip/ports";
import { storeGiven } from "@scrip/testing";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as redis from "../../../../infra/provision/tools/redis.mjs";
import { withTool } from "../../../../test/stage/with-tool.ts";
import type { SharedCardStore } from "../src/index.ts";
import { openForTest } from "./places.ts";
import { placeOf, servers } from "./running.ts";

const { cardIdIn, changeOf, eventOf, fullCard, recordOf, suiteShards } = storeGiven;
const names = ["a", "b", "c", "d", "e"];
const largest = 2n ** 53n - 1n;

const amounts = fc.oneof(
  fc.bigInt(0n, largest),
  fc.constantFrom(0n, 1n, largest, largest - 1n, 2n ** 52n),
);
const move = fc.record({
  shard: fc.nat({ max: suiteShards - 1 }),
  cards: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }),
  balance: amounts,
  loaded: amounts,
  writtenOff: amounts,
});

await withTool(redis, (found) => {
  describe("totals of the card store on Redis", () => {
    const at = servers(found);
    let store: SharedCardStore;
    beforeEach(async () => {
      store = await openForTest(placeOf(await at.start()));
    });
    afterEach(() => store.close());

    it("are what all cards add up to, to the last unit, whatever was saved", async () => {
      const cards = new Map<string, CardRecord>();
      let saves = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(move, { maxLength: 8 }), async (moves) => {
          for (const each of moves) {
            const saved = each.cards.map((name) => next(cards, cardIdIn(each.shard, name), each));
            const events = [eventOf(`save ${(saves += 1)}`)];
            await store.save(changeOf(each.shard, { cards: saved, events }));
            for (const { record } of saved) cards.set(record.card.cardId, record);
          }
          expect(await store.totals()).toEqual(sumOf([...cards.values()]));
        }),
        { numRuns: 60 },
      );
      expect(saves).toBeGreaterThan(100);
    });

    it("go beyond 64 bits, and back", async () => {
      const rich = { balance: largest, loaded: largest, writtenOff: 0n };
      const saved: CardRecord[] = [];
      for (let nth = 0; nth < 3; nth += 1) {
        const ids = Array.from({ length: 1_000 }, (_, card) => cardIdIn(1, `${nth} ${card}`));
        const cards = ids.map((id) => next(new Map(), id, rich));
        await store.save(changeOf(1, { cards, events: [eventOf(`rich ${nth}`)] }));
        saved.push(...cards.map(({ record }) => record));
      }
      expect((await store.totals()).balance).toBe(3_000n * largest);
      const before = new Map(saved.map((record) => [record.card.cardId, record]));
      const poor = saved
        .slice(0, 1_000)
        .map(({ card }) =>
          next(before, card.cardId, { balance: 1n, loaded: largest, writtenOff: largest - 1n }),
        );
      await store.save(changeOf(1, { cards: poor, events: [eventOf("poor")] }));
      const after = [...poor.map(({ record }) => record), ...saved.slice(1_000)];
      expect(await store.totals()).toEqual(sumOf(after));
    });
  });
});

type Move = { readonly balance: bigint; readonly loaded: bigint; readonly writtenOff: bigint };

function next(cards: ReadonlyMap<string, CardRecord>, id: Card["cardId"], given: Move) {
  const expectedVersion = cards.get(id)?.card.version ?? 0;
  const { sums } = fullCard(id);
  const record = recordOf(
    fullCard(id, {
      version: expectedVersion + 1,
      balance: amount(given.balance),
      sums: { ...sums, loaded: amount(given.loaded), writtenOff: amount(given.writtenOff) },
    }),
  );
  return { record, expectedVersion };
}

function sumOf(records: readonly CardRecord[]): StoreTotals {
  const sum = (valueOf: (card: Card) => Amount): bigint =>
    records.reduce((total, { card }) => total + valueOf(card), 0n);
  return {
    cards: records.length,
    balance: sum(({ balance }) => balance),
    held: sum(({ held }) => held),
    loaded: sum(({ sums }) => sums.loaded),
    writtenOff: sum(({ sums }) => sums.writtenOff),
    refunded: sum(({ sums }) => sums.refunded),
  };
}

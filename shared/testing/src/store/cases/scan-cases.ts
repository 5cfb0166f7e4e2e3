import { type CardId, cardId } from "@scrip/domain";
import type { CardRecord } from "@scrip/ports";
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
  suiteShards,
} from "../given.ts";
import type { OpenPlace } from "../open-place.ts";

const names = ["a", "b", "c", "d", "e", "f", "g"];
/** As many ids as there are first bytes of a shard would take long; these begin with the first and the last of them. */
const firstBytes = ["01", "05", "81", "fd"];

/** A shard is read from one end to the other, as it is. */
export function scanCases(at: OpenPlace): void {
  it("lists all cards of a shard in order, page by page", async () => {
    const ids = names.flatMap((name) =>
      firstBytes.map((first) => cardId(first + cardIdIn(1, name).slice(2))),
    );
    const records = ids.toSorted().map((each) => recordOf(fullCard(each)));
    for (const record of records.toReversed()) await at.store.save(birth(record, 1));
    await at.store.save(birth(recordOf(fullCard(cardIdIn(2, "x"))), 2));
    const scan = (after: CardId | null, limit: number) => at.store.scan(1, after, limit);
    expect(await scan(null, 1_000)).toEqual(records);
    expect(await paged<CardRecord>((last) => scan(last?.card.cardId ?? null, 3))).toEqual(records);
    expect(await at.store.scan(3, null, 10)).toEqual([]);
    expect(await at.store.scan(suiteShards, null, 10)).toEqual([]);
  });

  it("lists all operation records of a shard in order, page by page", async () => {
    const ids = names.map(opIdOf).sort();
    const records = ids.map((opId) => operationOf(opId, [cardIdIn(2, "a")]));
    const operations = records.map((record) => ({ record, expectedVersion: 0 }));
    await at.store.save(changeOf(2, { operations, events: [eventOf("sales")] }));
    const other = { record: operationOf(opIdOf("other"), [cardIdIn(1, "a")]), expectedVersion: 0 };
    await at.store.save(changeOf(1, { operations: [other], events: [eventOf("other")] }));
    await at.reopen();
    const page = (last: (typeof records)[number] | undefined) =>
      at.store.operationsOf(2, last?.operation.opId ?? null, 3);
    expect(await paged(page)).toEqual(records);
    expect(await at.store.operationsOf(0, null, 3)).toEqual([]);
  });

  it("knows its shards and its limits only", async () => {
    const broken = { code: "CONTRACT_BROKEN" };
    const unknown = suiteShards + 1;
    await expect(at.store.scan(unknown, null, 1)).rejects.toMatchObject(broken);
    await expect(at.store.scan(1, null, 0)).rejects.toMatchObject(broken);
    await expect(at.store.operationsOf(unknown, null, 1)).rejects.toMatchObject(broken);
    await expect(at.store.operationsOf(1, null, 0)).rejects.toMatchObject(broken);
  });
}

async function paged<Rec>(page: (last: Rec | undefined) => Promise<Rec[]>): Promise<Rec[]> {
  const all: Rec[] = [];
  for (;;) {
    const records = await page(all.at(-1));
    expect(records.length).toBeLessThanOrEqual(3);
    if (records.length === 0) return all;
    all.push(...records);
  }
}

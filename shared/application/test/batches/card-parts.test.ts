import { bulkCardsPerEventMax, shardOf, type CardId } from "@scrip/domain";
import { sha256 } from "@scrip/merkle-log";
import { cardIdOfCode, codeAt } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { cardParts, type IdSource } from "../../src/batches/card-parts.ts";
import type { Part } from "../../src/batches/chunk.ts";

const source: IdSource = {
  hash: sha256,
  seed: new Uint8Array(32).fill(9),
  count: 9_000,
  shards: 4,
};

async function partsOf(given: IdSource, heldMax?: number): Promise<Part[]> {
  const parts: Part[] = [];
  for await (const part of cardParts(given, heldMax)) parts.push(part);
  return parts;
}

/** By shard, then in the order of their numbers. */
const sorted = (parts: readonly Part[]): Part[] =>
  parts.toSorted((a, b) => a.shard - b.shard || a.chunk - b.chunk);

describe("the cards of a batch in parts", () => {
  it("are all there, each shard's in the order of their ids, in full parts but the last", async () => {
    const parts = sorted(await partsOf(source));
    const all = Array.from({ length: source.count }, (_, index) =>
      cardIdOfCode(sha256, codeAt(sha256, source.seed, index)),
    );
    for (let shard = 0; shard < source.shards; shard += 1) {
      const mine = parts.filter((part) => part.shard === shard);
      expect(mine.map(({ chunk }) => chunk)).toEqual(mine.map((_, nth) => nth));
      for (const { cardIds } of mine.slice(0, -1))
        expect(cardIds).toHaveLength(bulkCardsPerEventMax);
      const ids: CardId[] = mine.flatMap(({ cardIds }) => [...cardIds]);
      expect(ids).toEqual(all.filter((id) => shardOf(id, source.shards) === shard).toSorted());
    }
  });

  it.each([1, 2_000, 8_999])("are cut the same when %i ids are held at once", async (heldMax) => {
    const few = { ...source, count: heldMax === 1 ? 30 : source.count };
    expect(sorted(await partsOf(few, heldMax))).toEqual(sorted(await partsOf(few)));
  });

  it("are none of none, and one of one", async () => {
    expect(await partsOf({ ...source, count: 0 })).toEqual([]);
    expect((await partsOf({ ...source, count: 1 })).map(({ cardIds }) => cardIds.length)).toEqual([
      1,
    ]);
  });
});

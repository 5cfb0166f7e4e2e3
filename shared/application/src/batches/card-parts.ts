import type { CardId } from "@scrip/domain";
import { bulkCardsPerEventMax, shardOf } from "@scrip/domain";
import type { Hash } from "@scrip/merkle-log";
import { cardIdOfCode, codeAt } from "@scrip/wire";
import type { Part } from "./chunk.ts";
import { cardsPerTurnMax, idsAtOnceMax } from "./limits.ts";

/** What the ids of a batch's cards come from. */
export interface IdSource {
  readonly hash: Hash;
  readonly seed: Uint8Array;
  readonly count: number;
  readonly shards: number;
}

/** Values of an id's first byte. */
const firstBytes = 256;

/**
 * The cards of a batch in parts of one shard each, every shard's in the order of their ids: neighbours in a part are
 * neighbours in every store that keeps cards by id, so that a save touches a tenth of the pages that a random choice
 * would. The cut never depends on chance, time or memory.
 * @param heldMax ids held at once; a larger batch is gone through more than once, range by range.
 */
export async function* cardParts(source: IdSource, heldMax = idsAtOnceMax): AsyncGenerator<Part> {
  const { shards, count } = source;
  const open = Array.from({ length: shards }, (): CardId[] => []);
  const chunks = Array.from({ length: shards }, () => 0);
  const cut = (shard: number, cardIds: readonly CardId[]): Part => {
    const chunk = chunks[shard] ?? 0;
    chunks[shard] = chunk + 1;
    return { shard, chunk, cardIds };
  };
  const width = Math.max(1, Math.floor(firstBytes / Math.ceil(count / heldMax)));
  for (let from = 0; from < firstBytes; from += width) {
    const buckets = await idsByFirstByte(source, { from, to: from + width });
    for (let shard = 0; shard < shards; shard += 1) {
      let ids = open[shard] ?? [];
      for (const bucket of buckets) {
        if (bucket[0] === undefined || shardOf(bucket[0], shards) !== shard) continue;
        await turnOfOthers();
        ids = ids.concat(bucket.sort());
        let at = 0;
        for (; at + bulkCardsPerEventMax <= ids.length; at += bulkCardsPerEventMax)
          yield cut(shard, ids.slice(at, at + bulkCardsPerEventMax));
        ids = ids.slice(at);
      }
      open[shard] = ids;
    }
  }
  for (const [shard, rest] of open.entries()) if (rest.length > 0) yield cut(shard, rest);
}

/** The ids whose first byte lies in a range, one list for each value. */
async function idsByFirstByte(
  { hash, seed, count }: IdSource,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<CardId[][]> {
  const buckets = Array.from({ length: Math.min(to, firstBytes) - from }, (): CardId[] => []);
  for (let index = 0; index < count; index += 1) {
    if (index % cardsPerTurnMax === 0) await turnOfOthers();
    const id = cardIdOfCode(hash, codeAt(hash, seed, index));
    buckets[Number.parseInt(id.slice(0, 2), 16) - from]?.push(id);
  }
  return buckets;
}

const turnOfOthers = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

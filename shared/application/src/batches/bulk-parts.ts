import type { Batch, CardId } from "@scrip/domain";
import { bulkCardsPerEventMax, shardOf } from "@scrip/domain";
import type { CardStore } from "@scrip/ports";
import type { Part } from "./chunk.ts";
import type { Choice } from "./step.ts";

/** The choice cut into parts, the same cut on every run: the batch is complete, and names are sorted. */
export const partsOf = (store: CardStore, batch: Batch, cards: Choice): AsyncGenerator<Part> =>
  cards === "ALL" ? batchParts(store, batch) : namedParts(store, cards);

/** All cards of the batch, shard by shard in the order of their ids. */
async function* batchParts(store: CardStore, { batchId }: Batch): AsyncGenerator<Part> {
  const limit = bulkCardsPerEventMax;
  for (let shard = 0; shard < store.shards; shard += 1) {
    let after: CardId | null = null;
    for (let chunk = 0; ; chunk += 1) {
      const cardIds: CardId[] = await store.batchCards({ batchId, shard, after, limit });
      if (cardIds.length > 0) yield { shard, chunk, cardIds };
      if (cardIds.length < limit) break;
      after = cardIds.at(-1) ?? null;
    }
  }
}

async function* namedParts(store: CardStore, cards: readonly CardId[]): AsyncGenerator<Part> {
  for (let shard = 0; shard < store.shards; shard += 1) {
    const ids = cards.filter((id) => shardOf(id, store.shards) === shard).sort();
    for (let chunk = 0; chunk * bulkCardsPerEventMax < ids.length; chunk += 1) {
      const from = chunk * bulkCardsPerEventMax;
      yield { shard, chunk, cardIds: ids.slice(from, from + bulkCardsPerEventMax) };
    }
  }
}

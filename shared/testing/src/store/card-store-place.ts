import type { CardStore, CardStoreRebuild, Outbox, StreamPosition } from "@scrip/ports";

/** What a card store's adapter is: cards and outbox over one storage. */
export type StoreUnderTest = CardStore & Outbox;

/**
 * One place where a card store keeps its things, opened as often as a test likes: with `suiteShards` shards and
 * streams that begin at `suiteStart`.
 */
export interface CardStorePlace {
  open(): Promise<StoreUnderTest>;
  /** Begins to rebuild a store in a place that holds nothing yet, with streams that begin there. */
  rebuild(streamStart: (shard: number) => StreamPosition): Promise<CardStoreRebuild>;
  /** Removes the place; every store of it is closed by then. */
  remove(): Promise<void>;
}

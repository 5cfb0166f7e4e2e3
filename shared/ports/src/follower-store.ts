import type { CardId, OpId } from "@scrip/domain";

/** One tile of the log's hashes, as far as it is filled: 1 … 256 hashes of 32 bytes. */
export interface TileRecord {
  readonly level: number;
  readonly index: number;
  readonly bytes: Uint8Array;
}

/**
 * One bucket of the map as it is to be stored; null removes it. It is named by the first 24 bits of the lowest map key
 * that it could hold: kept under these, it lies right before the leaves it covers.
 */
export interface BucketRecord {
  readonly bucket: number;
  readonly bytes: Uint8Array | null;
}

/** What can be looked up beside the log; only those who serve queries keep it. An id keeps the first index it got. */
export interface BlockIndex {
  /** eventId (hex) and log index of every event and rejection. */
  readonly events: readonly { readonly eventId: string; readonly index: number }[];
  /** Every card an entry names. */
  readonly cards: readonly { readonly cardId: CardId; readonly index: number }[];
  /** Operation keys of accepted events. */
  readonly operations: readonly { readonly opId: OpId; readonly index: number }[];
  /** Log indexes of accepted control events. */
  readonly control: readonly number[];
  /** What the block adds to each list it adds to: every list once, its log indexes ascending. */
  readonly lists: readonly { readonly list: string; readonly indexes: readonly number[] }[];
}

/** How many look-ups a store keeps, by kind. */
export interface LookupCounts {
  readonly events: number;
  readonly operations: number;
  readonly cards: number;
  readonly control: number;
  readonly listed: number;
}

/** All that one block changes. */
export interface BlockRecord {
  readonly height: number;
  readonly fromIndex: number;
  readonly entries: readonly Uint8Array[];
  readonly tiles: readonly TileRecord[];
  /** Map leaves by map key (32 bytes); `bytes` is the encoded state, null removes the leaf. */
  readonly leaves: readonly { readonly key: Uint8Array; readonly bytes: Uint8Array | null }[];
  readonly buckets: readonly BucketRecord[];
  /** Frontier, map depth and count, head: what the state machine needs to go on; opaque to the store. */
  readonly meta: Uint8Array;
  readonly index: BlockIndex | null;
  /** Checkpoint note over the log after this block, or null when it is not known yet. */
  readonly checkpoint: string | null;
}

/**
 * One verified copy of the ledger: entries, tiles, map. Written by one process, block by block.
 * Reads are synchronous and see exactly the blocks whose commit has resolved.
 */
export interface FollowerStore {
  /** `meta` of the last block, undefined before genesis. */
  meta(): Uint8Array | undefined;
  /** Number of log entries. */
  size(): number;
  leaf(key: Uint8Array): Uint8Array | undefined;
  bucket(bucket: number): Uint8Array | undefined;
  tile(level: number, index: number): Uint8Array | undefined;
  entry(index: number): Uint8Array | undefined;
  /** Entries `from` … `from + count − 1`, as many of them as there are. */
  entries(from: number, count: number): Uint8Array[];
  /** First log index and size after it, of each block from the one that holds `fromIndex` on. */
  blocks(
    fromIndex: number,
    limit: number,
  ): { readonly height: number; readonly fromIndex: number; readonly size: number }[];
  indexOfEvent(eventId: string): number | undefined;
  indexOfOperation(opId: OpId): number | undefined;
  /** Log indexes of entries that name the card, ascending, after the given one. */
  history(cardId: CardId, after: number, limit: number): number[];
  controlEvents(after: number, limit: number): number[];
  /** Log indexes of a list by its name, ascending, after the given one. A list only grows, at its end. */
  listed(list: string, after: number, limit: number): number[];
  /**
   * How many look-ups there are: ids of events and operations, and places in the log over all cards, of control events
   * and over all lists. Goes through all of them.
   */
  lookupCounts(): LookupCounts;
  /** Newest checkpoint note kept for this size; without size: for the newest size that has one. */
  checkpoint(size?: number): string | undefined;
  /**
   * Cosignatures renewed or completed: replaces the note of that size. Durable on return.
   * @throws PortError CONTRACT_BROKEN when no block ends at that size.
   */
  putCheckpoint(size: number, note: string): Promise<void>;
  /**
   * Adds a block: all of it or nothing, durable on return. `onVisible` runs in the very step in which reads begin to
   * see the block, so that what the caller keeps in memory can change with it.
   * @throws PortError CONTRACT_BROKEN when it does not continue the log, or changes a full tile; nothing was changed.
   * UNAVAILABLE with `outcomeKnown: false`: read `meta` again to learn whether it was added.
   */
  commit(block: BlockRecord, onVisible?: () => void): Promise<void>;
  /**
   * Puts these bucket records and `meta` in place of the old ones, all or nothing, durable on return: the same map in
   * more buckets. Every record is read before one is written in its place.
   */
  replaceBuckets(records: Iterable<BucketRecord>, meta: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

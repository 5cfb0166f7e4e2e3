import type { Key, Transaction } from "lmdb";
import type { CardId, OpId } from "@scrip/domain";
import type { LookupCounts } from "@scrip/ports";
import { copyOf, fromHex } from "@scrip/wire";
import { unsealed } from "./checksum.ts";
import { unpack } from "./entry-runs.ts";
import type { Bytes, Environment } from "./environment.ts";
import {
  bucketKey,
  cardKey,
  indexAtEnd,
  indexKey,
  listKey,
  readIndex,
  readPair,
  tileKey,
} from "./keys.ts";
import { readLookups } from "./lookup-records.ts";
import { postingsAfter, postingsIn } from "./postings.ts";
import { RecentLookups } from "./recent-lookups.ts";
import { Snapshot } from "./snapshot.ts";

export interface BlockPlace {
  readonly height: number;
  readonly fromIndex: number;
  readonly size: number;
}

/**
 * A look-up into a buffer that the next one overwrites: the copy that the driver would make costs more than the look-up.
 * Its types leave out that this one takes a transaction too.
 */
interface FastReads<K extends Key> {
  getBinaryFast(key: K, options: { readonly transaction: Transaction }): Uint8Array | undefined;
}

/** The highest index there can be, for ranges read from their end. */
const indexMax = 2 ** 48 - 1;

/** The half of the store that reads, all from one snapshot. */
export class SnapshotReads {
  readonly #env: Environment;
  readonly #snapshot: Snapshot;
  readonly #lookupsMax: number;
  #recent: RecentLookups;

  /** @param lookupsMax look-ups of the newest blocks that are kept in memory, beside those of the last one */
  constructor(env: Environment, lookupsMax: number) {
    this.#env = env;
    this.#snapshot = new Snapshot(env.root);
    this.#lookupsMax = lookupsMax;
    try {
      this.#recent = this.#readRecent();
    } catch (error) {
      this.done();
      throw error;
    }
  }

  /** Look-ups that the trees do not have yet. */
  protected get recent(): RecentLookups {
    return this.#recent;
  }

  /** Begins anew with what the store has: after a commit whose outcome is unknown. */
  protected rereadRecent(): void {
    this.#recent = this.#readRecent();
  }

  /** Moves on to what is committed now. */
  protected renew(): void {
    this.#snapshot.renew();
  }

  /** Ends reading for good; LMDB closes only without readers. */
  protected done(): void {
    this.#snapshot.done();
  }

  meta(): Uint8Array | undefined {
    return this.#get(this.#env.meta, "meta");
  }

  leaf(key: Uint8Array): Uint8Array | undefined {
    return this.#get(this.#env.map, key);
  }

  bucket(bucket: number): Uint8Array | undefined {
    return this.#get(this.#env.map, bucketKey(bucket));
  }

  tile(level: number, index: number): Uint8Array | undefined {
    return this.#get(this.#env.tiles, tileKey(level, index));
  }

  entry(index: number): Uint8Array | undefined {
    return this.entries(index, 1)[0];
  }

  entries(from: number, count: number): Uint8Array[] {
    const found: Uint8Array[] = [];
    const start = this.#runThatHolds(from);
    if (start === undefined || count <= 0) return found;
    const { transaction } = this.#snapshot;
    for (const { key, value } of this.#env.runs.getRange({ start: indexKey(start), transaction })) {
      const skip = Math.max(0, from - readIndex(key));
      found.push(...unpack(plain(value)).slice(skip, skip + count - found.length));
      if (found.length >= count) break;
    }
    return found;
  }

  /** Blocks in order, from the one that holds `fromIndex` on. */
  blocks(fromIndex: number, limit: number): BlockPlace[] {
    // A block is kept under the size of the log after it, so the one that holds an index is the first above it.
    return this.#range(this.#env.blocks, { start: indexKey(fromIndex + 1), limit }).map(toPlace);
  }

  protected lastBlock(): BlockPlace | undefined {
    const newest = { start: indexKey(indexMax), reverse: true, limit: 1 };
    return this.#range(this.#env.blocks, newest).map(toPlace)[0];
  }

  protected endsBlock(size: number): boolean {
    return this.#get(this.#env.blocks, indexKey(size)) !== undefined;
  }

  indexOfEvent(eventId: string): number | undefined {
    // The tree's is the older one: an id keeps the first index it got.
    return this.#settled(this.#env.events, eventId) ?? this.#recent.event(eventId);
  }

  indexOfOperation(opId: OpId): number | undefined {
    return this.#settled(this.#env.operations, opId) ?? this.#recent.operation(opId);
  }

  history(cardId: CardId, after: number, limit: number): number[] {
    const [start, end] = [cardKey(cardId, after + 1), cardKey(cardId, indexMax)];
    const older = this.#range(this.#env.cards, { start, end, limit });
    const newer = this.#recent.card(cardId).filter((index) => index > after);
    // After a start both may have an index: its record goes when all of it is in the trees.
    const all = new Set([...older.map(placeIn("the history of a card")), ...newer]);
    return [...all].sort((a, b) => a - b).slice(0, limit);
  }

  controlEvents(after: number, limit: number): number[] {
    const range = { start: indexKey(after + 1), limit };
    return this.#range(this.#env.control, range).map(placeIn("the list of control events"));
  }

  listed(list: string, after: number, limit: number): number[] {
    const found: number[] = [];
    const [first, end] = [listKey(list, 0), listKey(list, indexMax)];
    const [holds] = this.#range(this.#env.lists, {
      start: listKey(list, Math.max(0, after)),
      end: first,
      reverse: true,
      limit: 1,
    });
    const { transaction } = this.#snapshot;
    const records = { start: holds?.key ?? first, end, transaction };
    for (const { key, value } of this.#env.lists.getRange(records)) {
      if (found.length >= limit) break;
      const postings = unsealed(`list ${list}`, key, value);
      found.push(...postingsAfter(key, postings, { after, limit: limit - found.length }));
    }
    return found;
  }

  lookupCounts(): LookupCounts {
    const { events, operations, cards, control, lists } = this.#env;
    const { transaction } = this.#snapshot;
    let listed = 0;
    for (const { key, value } of lists.getRange({ transaction })) {
      listed += postingsIn(unsealed("a list", key, value));
    }
    const has = (db: Bytes, key: Uint8Array): boolean => this.#get(db, key) !== undefined;
    const recent = this.#recent.beside({
      event: (id) => has(events, fromHex(id)),
      operation: (id) => has(operations, fromHex(id)),
      card: (id, index) => has(cards, cardKey(id, index)),
    });
    return {
      events: events.getKeysCount({ transaction }) + recent.events,
      operations: operations.getKeysCount({ transaction }) + recent.operations,
      cards: cards.getKeysCount({ transaction }) + recent.cards,
      control: control.getKeysCount({ transaction }),
      listed,
    };
  }

  checkpoint(size?: number): string | undefined {
    const { transaction } = this.#snapshot;
    if (size !== undefined) return this.#env.checkpoints.get(indexKey(size), { transaction });
    const newest = { start: indexKey(indexMax), reverse: true, limit: 1, transaction };
    return [...this.#env.checkpoints.getRange(newest)][0]?.value;
  }

  #readRecent(): RecentLookups {
    const recent = new RecentLookups(this.#lookupsMax);
    for (const { key, value } of this.#range(this.#env.recent, {})) {
      const fromIndex = readIndex(key);
      const lookups = unsealed(
        `the record of look-ups from entry ${fromIndex} on`,
        key,
        plain(value),
      );
      recent.note(readLookups(lookups, fromIndex), fromIndex);
    }
    return recent;
  }

  /** Where a tree has an id; undefined where it does not. */
  #settled(tree: Bytes, id: string): number | undefined {
    const key = fromHex(id);
    const found = this.#get(tree, key);
    return found && readIndex(unsealed(`the place of ${id}`, key, found));
  }

  #runThatHolds(index: number): number | undefined {
    const before = { start: indexKey(index), reverse: true, limit: 1 };
    return this.#range(this.#env.runs, before).map(({ key }) => readIndex(key))[0];
  }

  #get<K extends Key>(db: FastReads<K>, key: K): Uint8Array | undefined {
    const value = db.getBinaryFast(key, { transaction: this.#snapshot.transaction });
    return value && copyOf(plain(value));
  }

  #range(db: Bytes, options: Parameters<Bytes["getRange"]>[0]) {
    return [...db.getRange({ ...options, transaction: this.#snapshot.transaction })];
  }
}

/** The log index that ends a key, of a record that says nothing else. */
const placeIn =
  (what: string) =>
  ({ key, value }: { readonly key: Uint8Array; readonly value: Uint8Array }): number => {
    unsealed(what, key, value);
    return indexAtEnd(key);
  };

function toPlace({ key, value }: { key: Uint8Array; value: Uint8Array }): BlockPlace {
  const [height, fromIndex] = readPair(value);
  return { height, fromIndex, size: readIndex(key) };
}

// The driver gives a Buffer, whose `slice` shares memory where a Uint8Array's copies.
const plain = (value: Uint8Array): Uint8Array =>
  new Uint8Array(value.buffer, value.byteOffset, value.length);

import {
  type BlockIndex,
  type BlockRecord,
  type BucketRecord,
  type FollowerStore,
  PortError,
  type TileRecord,
} from "@scrip/ports";
import { copyOf, fromHex } from "@scrip/wire";
import type { Database, Key } from "lmdb";
import { broken, requireContinuation } from "./block-rules.ts";
import { sealed } from "./checksum.ts";
import { entryRuns } from "./entry-runs.ts";
import { type Bytes, type Environment, openEnvironment } from "./environment.ts";
import { bucketKey, bucketStart, cardKey, indexKey, listKey, pairOf, tileKey } from "./keys.ts";
import { packLookups } from "./lookup-records.ts";
import { packPostings } from "./postings.ts";
import { type BlockPlace, SnapshotReads } from "./reads.ts";
import type { Settling } from "./recent-lookups.ts";

export interface FollowerStoreOptions {
  /** Made when it is not there. One process at a time. */
  readonly directory: string;
  /** The chain (its log's origin) this copy is of. */
  readonly chainId: string;
  /** Look-ups by id that wait in memory for their trees, beside those of one block; each takes some 150 bytes. */
  readonly recentLookupsMax?: number;
}

/** Some twenty full blocks of write-offs: ids of so many share pages of their trees; 20 MB. */
const recentLookupsDefaultMax = 131_072;

const nothing = new Uint8Array(0);

/**
 * @throws PortError NOT_OURS when the directory is in use, cannot be written, or belongs to another chain or format;
 * CORRUPT when the look-ups of the newest blocks are not what was written.
 */
export function openFollowerStore({
  directory,
  chainId,
  recentLookupsMax = recentLookupsDefaultMax,
}: FollowerStoreOptions): FollowerStore {
  const environment = openEnvironment(directory, chainId);
  try {
    return new LmdbFollowerStore(environment, recentLookupsMax);
  } catch (error) {
    void environment.release();
    throw error;
  }
}

/** One environment; a block is one transaction, and a transaction is synced to disk before it is seen. */
class LmdbFollowerStore extends SnapshotReads implements FollowerStore {
  readonly #env: Environment;
  #last: BlockPlace | undefined;

  constructor(env: Environment, recentLookupsMax: number) {
    super(env, recentLookupsMax);
    this.#env = env;
    this.#last = this.lastBlock();
  }

  size(): number {
    return this.#last?.size ?? 0;
  }

  async commit(block: BlockRecord, onVisible?: () => void): Promise<void> {
    requireContinuation(block, this.#last, (level, index) => this.tile(level, index));
    const settling = this.recent.toSettle();
    const puts = (): void => {
      this.#putBlock(block);
      this.#settle(settling);
    };
    await this.#write(puts, () => {
      this.recent.settled(settling);
      if (block.index !== null) this.recent.note(block.index, block.fromIndex);
      onVisible?.();
    });
  }

  async replaceBuckets(records: Iterable<BucketRecord>, meta: Uint8Array): Promise<void> {
    await this.#write(() => {
      for (const { bucket, bytes } of records) put(this.#env.map, bucketKey(bucket), bytes);
      put(this.#env.meta, "meta", meta);
    });
  }

  async putCheckpoint(size: number, note: string): Promise<void> {
    if (!this.endsBlock(size)) throw broken(`a checkpoint of size ${size}, in a block`);
    await this.#write(() => void this.#env.checkpoints.put(indexKey(size), note));
  }

  async close(): Promise<void> {
    this.done();
    await this.#env.release();
  }

  /** Runs one transaction; once it resolves its writes are durable, and reads see them from the step of `visible` on. */
  async #write(puts: () => void, visible?: () => void): Promise<void> {
    try {
      await this.#env.root.transaction(puts);
    } catch (cause) {
      this.#moveOn();
      this.rereadRecent();
      throw new PortError("UNAVAILABLE", `follower store: not known to be written`, {
        outcomeKnown: false,
        cause,
      });
    }
    this.#moveOn();
    visible?.();
  }

  #moveOn(): void {
    this.renew();
    this.#last = this.lastBlock();
  }

  #putBlock(block: BlockRecord): void {
    const { fromIndex, height, entries, meta, checkpoint, index } = block;
    const size = indexKey(fromIndex + entries.length);
    for (const run of entryRuns(fromIndex, entries)) {
      put(this.#env.runs, indexKey(run.fromIndex), run.bytes);
    }
    for (const tile of block.tiles) this.#putTile(tile);
    this.#putMap(block);
    put(this.#env.blocks, size, pairOf(height, fromIndex));
    put(this.#env.meta, "meta", meta);
    if (checkpoint !== null) this.#env.checkpoints.putSync(size, checkpoint);
    if (index !== null) this.#putIndex(index, fromIndex);
  }

  /** In the order of keys, each bucket before its leaves: a page is found, copied and written once for both. */
  #putMap({ leaves, buckets }: BlockRecord): void {
    const { map } = this.#env;
    let next = 0;
    for (const { key, bytes } of leaves) {
      for (let at = buckets[next]; at && at.bucket <= bucketStart(key); at = buckets[++next])
        put(map, bucketKey(at.bucket), at.bytes);
      put(map, key, bytes);
    }
    for (const { bucket, bytes } of buckets.slice(next)) put(map, bucketKey(bucket), bytes);
  }

  #putTile({ level, index, bytes }: TileRecord): void {
    put(this.#env.tiles, tileKey(level, index), bytes);
  }

  #putIndex(index: BlockIndex, fromIndex: number): void {
    putSealed(this.#env.recent, indexKey(fromIndex), packLookups(index, fromIndex));
    for (const at of index.control) putSealed(this.#env.control, indexKey(at), nothing);
    for (const { list, indexes } of index.lists) {
      const [first] = indexes;
      if (first === undefined) continue;
      putSealed(this.#env.lists, listKey(list, first), packPostings(indexes));
    }
  }

  /** Keys in order: neighbours lie on one page, which is then found, copied and written once. */
  #settle({ slices, records }: Settling): void {
    for (const { events, operations, cards } of slices) {
      for (const [eventId, index] of [...events].sort(byId)) {
        putFirst(this.#env.events, fromHex(eventId), index);
      }
      for (const [opId, index] of [...operations].sort(byId)) {
        putFirst(this.#env.operations, fromHex(opId), index);
      }
      for (const [cardId, indexes] of [...cards].sort(byId)) {
        for (const index of indexes) putSealed(this.#env.cards, cardKey(cardId, index), nothing);
      }
    }
    for (const fromIndex of records) this.#env.recent.removeSync(indexKey(fromIndex));
  }
}

/**
 * Inside a transaction: writes, or removes where there are no bytes. The driver asks V8 where each buffer lies that it
 * has not met; copies share one that it knows, which is several times cheaper for values as small as these.
 */
function put<K extends Key>(db: Database<Uint8Array, K>, key: K, bytes: Uint8Array | null): void {
  if (bytes === null) db.removeSync(key);
  else db.putSync(key, copyOf(bytes));
}

const putSealed = (db: Bytes, key: Uint8Array, body: Uint8Array): void =>
  put(db, key, sealed(key, body));

/** An id keeps the first index it got. */
function putFirst(db: Bytes, key: Uint8Array, index: number): void {
  db.putSync(key, copyOf(sealed(key, indexKey(index))), { noOverwrite: true });
}

/** Orders by an id in hex, of which the trees keep the bytes. */
const byId = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number =>
  left < right ? -1 : left === right ? 0 : 1;

import type { CardId, OpId } from "@scrip/domain";
import {
  type BlockRecord,
  type BucketRecord,
  type FollowerStore,
  type LookupCounts,
  PortError,
  type TileRecord,
} from "@scrip/ports";

/** What a memory store keeps between two openings. */
export class MemoryDisk {
  meta: Uint8Array | undefined;
  readonly entries: Uint8Array[] = [];
  readonly blocks: {
    readonly height: number;
    readonly fromIndex: number;
    readonly size: number;
  }[] = [];
  readonly leaves = new Map<string, Uint8Array>();
  readonly buckets = new Map<number, Uint8Array>();
  readonly tiles = new Map<string, Uint8Array>();
  readonly checkpoints = new Map<number, string>();
  readonly events = new Map<string, number>();
  readonly operations = new Map<string, number>();
  readonly cards = new Map<string, number[]>();
  readonly control: number[] = [];
  readonly lists = new Map<string, number[]>();
  /** Whether a store has it open. */
  taken = false;
}

/** A follower store in memory that keeps every promise of the port, and notices a caller who changes old bytes. */
export class MemoryFollowerStore implements FollowerStore {
  readonly #disk: MemoryDisk;

  constructor(disk: MemoryDisk) {
    if (disk.taken) throw new PortError("NOT_OURS", "memory follower store: it is open already");
    disk.taken = true;
    this.#disk = disk;
  }

  meta = (): Uint8Array | undefined => this.#disk.meta?.slice();
  size = (): number => this.#disk.entries.length;
  leaf = (key: Uint8Array): Uint8Array | undefined => this.#disk.leaves.get(hex(key))?.slice();
  bucket = (bucket: number): Uint8Array | undefined => this.#disk.buckets.get(bucket)?.slice();
  tile = (level: number, index: number): Uint8Array | undefined =>
    this.#disk.tiles.get(`${level}/${index}`)?.slice();
  entry = (index: number): Uint8Array | undefined => this.#disk.entries[index]?.slice();
  entries = (from: number, count: number): Uint8Array[] =>
    this.#disk.entries.slice(from, from + count).map((entry) => entry.slice());
  indexOfEvent = (eventId: string): number | undefined => this.#disk.events.get(eventId);
  indexOfOperation = (opId: OpId): number | undefined => this.#disk.operations.get(opId);

  blocks(fromIndex: number, limit: number) {
    return this.#disk.blocks.filter(({ size }) => size > fromIndex).slice(0, limit);
  }

  history(cardId: CardId, after: number, limit: number): number[] {
    const indexes = this.#disk.cards.get(cardId) ?? [];
    return indexes.filter((index) => index > after).slice(0, limit);
  }

  controlEvents(after: number, limit: number): number[] {
    return this.#disk.control.filter((index) => index > after).slice(0, limit);
  }

  listed(list: string, after: number, limit: number): number[] {
    const indexes = this.#disk.lists.get(list) ?? [];
    return indexes.filter((index) => index > after).slice(0, limit);
  }

  lookupCounts(): LookupCounts {
    const { events, operations, cards, control, lists } = this.#disk;
    return {
      events: events.size,
      operations: operations.size,
      cards: [...cards.values()].flat().length,
      control: control.length,
      listed: [...lists.values()].flat().length,
    };
  }

  checkpoint(size?: number): string | undefined {
    return this.#disk.checkpoints.get(size ?? Math.max(-1, ...this.#disk.checkpoints.keys()));
  }

  async putCheckpoint(size: number, note: string): Promise<void> {
    if (!this.#disk.blocks.some((block) => block.size === size)) {
      throw broken(`no block ends at size ${size}`);
    }
    await written();
    this.#disk.checkpoints.set(size, note);
  }

  async commit(block: BlockRecord, onVisible?: () => void): Promise<void> {
    this.#check(block);
    await written();
    this.#put(block);
    onVisible?.();
  }

  async replaceBuckets(records: Iterable<BucketRecord>, meta: Uint8Array): Promise<void> {
    const replaced = [...records];
    await written();
    this.#putBuckets(replaced);
    this.#disk.meta = meta.slice();
  }

  async close(): Promise<void> {
    await written();
    this.#disk.taken = false;
  }

  #check(block: BlockRecord): void {
    const { entries, blocks, tiles } = this.#disk;
    if (block.fromIndex !== entries.length) throw broken(`a block from ${block.fromIndex} on`);
    if (block.height <= (blocks.at(-1)?.height ?? -1)) throw broken(`height ${block.height}`);
    if (block.entries.length === 0) throw broken("a block without entries");
    if (block.entries.some((entry) => entry.length > 65_535)) throw broken("an entry too long");
    for (const { list, indexes } of block.index?.lists ?? []) this.#checkList(list, indexes);
    for (const tile of block.tiles) checkTile(tile, tiles.get(`${tile.level}/${tile.index}`));
  }

  /** A list grows at its end, in order, by entries of the block. */
  #checkList(list: string, indexes: readonly number[]): void {
    let last = Math.max(this.#disk.entries.length - 1, this.#disk.lists.get(list)?.at(-1) ?? -1);
    for (const index of indexes) {
      if (index <= last) throw broken(`list ${list}: ${index} after ${last}`);
      last = index;
    }
  }

  #put(block: BlockRecord): void {
    const disk = this.#disk;
    disk.entries.push(...block.entries.map((entry) => entry.slice()));
    const size = disk.entries.length;
    disk.blocks.push({ height: block.height, fromIndex: block.fromIndex, size });
    for (const { level, index, bytes } of block.tiles) {
      disk.tiles.set(`${level}/${index}`, bytes.slice());
    }
    for (const { key, bytes } of block.leaves) {
      if (bytes === null) disk.leaves.delete(hex(key));
      else disk.leaves.set(hex(key), bytes.slice());
    }
    this.#putBuckets(block.buckets);
    disk.meta = block.meta.slice();
    if (block.checkpoint !== null) disk.checkpoints.set(size, block.checkpoint);
    this.#putIndex(block);
  }

  #putBuckets(records: readonly BucketRecord[]): void {
    for (const { bucket, bytes } of records) {
      if (bytes === null) this.#disk.buckets.delete(bucket);
      else this.#disk.buckets.set(bucket, bytes.slice());
    }
  }

  #putIndex({ index }: BlockRecord): void {
    if (index === null) return;
    const { events, operations, cards, control, lists } = this.#disk;
    for (const { eventId, index: at } of index.events) {
      if (!events.has(eventId)) events.set(eventId, at);
    }
    for (const { opId, index: at } of index.operations) {
      if (!operations.has(opId)) operations.set(opId, at);
    }
    for (const { cardId, index: at } of index.cards) {
      cards.set(
        cardId,
        [...new Set([...(cards.get(cardId) ?? []), at])].toSorted((a, b) => a - b),
      );
    }
    control.push(...index.control);
    for (const { list, indexes } of index.lists) {
      lists.set(list, [...(lists.get(list) ?? []), ...indexes]);
    }
  }
}

/** A full tile stays as it is, a partial one only gets longer. */
function checkTile(tile: TileRecord, stored: Uint8Array | undefined): void {
  const width = tile.bytes.length / 32;
  if (!Number.isInteger(width) || width < 1 || width > 256) throw broken("a tile of odd length");
  if (stored === undefined) return;
  const kept = hex(tile.bytes).startsWith(hex(stored));
  if (!kept) throw broken(`tile ${tile.level}/${tile.index} would change hashes it has`);
}

const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");

/** A write resolves later than it was called, as on a disk. */
const written = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const broken = (reason: string): PortError =>
  new PortError("CONTRACT_BROKEN", `memory follower store: ${reason}`);

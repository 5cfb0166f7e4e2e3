import type { BlockRecord, TileRecord } from "@scrip/ports";

/** Makes blocks that continue each other, of bytes that mean nothing: a store must not care. */
export class StoreBlocks {
  #size = 0;
  #height = 0;

  get size(): number {
    return this.#size;
  }

  /** The next block, of this many entries. */
  next(count: number, changes: Partial<BlockRecord> = {}): BlockRecord {
    const fromIndex = this.#size;
    const height = this.#height;
    this.#size += count;
    this.#height += 1;
    return {
      height,
      fromIndex,
      entries: Array.from({ length: count }, (_, at) => entryAt(fromIndex + at)),
      tiles: tilesOf(fromIndex, fromIndex + count),
      leaves: [],
      buckets: [],
      meta: Uint8Array.of(height),
      index: null,
      checkpoint: null,
      ...changes,
    };
  }
}

/** Entry `index`: between 0 and 99 bytes, different for each. */
export function entryAt(index: number): Uint8Array {
  const bytes = new Uint8Array(4 + (index % 100));
  new DataView(bytes.buffer).setUint32(0, index);
  return bytes;
}

/** The tiles of level 0 that growing from one size to another writes. */
function tilesOf(from: number, to: number): TileRecord[] {
  const tiles: TileRecord[] = [];
  for (let index = Math.floor(from / 256); index * 256 < to; index++) {
    const width = Math.min(256, to - index * 256);
    tiles.push({ level: 0, index, bytes: tileAt(index, width) });
  }
  return tiles;
}

/** The first `width` hashes of a tile of level 0. */
export function tileAt(index: number, width: number): Uint8Array {
  const bytes = new Uint8Array(width * 32);
  const view = new DataView(bytes.buffer);
  for (let slot = 0; slot < width; slot++) view.setUint32(slot * 32, index * 256 + slot + 1);
  return bytes;
}

import { requireWhole } from "../bytes.ts";
import { hashBytes } from "../hash.ts";
import type { HashReader, Subtree } from "../tree/subtree.ts";

/** Levels of the tree in one tile, and hashes in a full one. C2SP tlog-tiles, "Merkle Tree". */
export const tileHeight = 8;
export const tileWidth = 2 ** tileHeight;
/** Highest tile level a path may name. */
export const tileLevelMax = 63;

/** `width` hashes from tile `index` of tile level `level`; 256 is a full tile, fewer a partial one. */
export interface Tile {
  readonly level: number;
  readonly index: number;
  readonly width: number;
}

/** `width` entries from entry bundle `index`. */
export interface EntryBundle {
  readonly index: number;
  readonly width: number;
}

/** Complete tiles of this level's subtrees in a log of `size` entries: `floor(size / 256^level)`. */
function hashesAtTileLevel(level: number, size: number): number {
  // 256^7 is above 2^53, and beyond it the power would lose nothing but time.
  return level > 6 ? 0 : Math.floor(size / tileWidth ** level);
}

/** Whether a log of `size` entries has this tile, at this width. Past partial tiles count. */
export function tileExists(tile: Tile, size: number): boolean {
  return tile.index * tileWidth + tile.width <= hashesAtTileLevel(tile.level, size);
}

/**
 * The tiles (full, and the last partial one of each level) that growing from `oldSize` to `newSize`
 * creates or widens, level by level. Entry bundles change exactly like the tiles of level 0.
 */
export function tilesChanged(oldSize: number, newSize: number): Tile[] {
  requireWhole("a tree size", oldSize);
  requireWhole("a tree size", newSize);
  if (oldSize > newSize) throw new RangeError(`size ${oldSize} is above size ${newSize}`);
  const tiles: Tile[] = [];
  for (let level = 0; ; level++) {
    const before = hashesAtTileLevel(level, oldSize);
    const after = hashesAtTileLevel(level, newSize);
    // Nothing new here means nothing new above.
    if (before === after) return tiles;
    const full = Math.floor(after / tileWidth);
    for (let index = Math.floor(before / tileWidth); index < full; index++) {
      tiles.push({ level, index, width: tileWidth });
    }
    if (after % tileWidth > 0) tiles.push({ level, index: full, width: after % tileWidth });
  }
}

/** The tile from which a log of `size` entries can tell the hash of this complete subtree. */
export function tileOf(subtree: Subtree, size: number): Tile {
  const level = Math.floor(subtree.level / tileHeight);
  const slots = 2 ** (subtree.level % tileHeight);
  const index = Math.floor((subtree.index * slots) / tileWidth);
  const available = hashesAtTileLevel(level, size) - index * tileWidth;
  const width = Math.min(tileWidth, available);
  if (((subtree.index * slots) % tileWidth) + slots > width) {
    throw new RangeError(
      `a log of ${size} entries has no complete subtree at level ${subtree.level}, index ${subtree.index}`,
    );
  }
  return { level, index, width };
}

/** The bytes of a tile from stored subtree hashes; any past width can be made. */
export function tileBytes(read: HashReader, tile: Tile): Uint8Array {
  const bytes = new Uint8Array(tile.width * hashBytes);
  for (let slot = 0; slot < tile.width; slot++) {
    const subtree = { level: tile.level * tileHeight, index: tile.index * tileWidth + slot };
    bytes.set(read(subtree), slot * hashBytes);
  }
  return bytes;
}

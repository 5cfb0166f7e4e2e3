import type { Hash } from "../hash.ts";
import { hashBytes, nodeHash } from "../hash.ts";
import { ProofError } from "../proof-error.ts";
import type { HashReader, Subtree } from "../tree/subtree.ts";
import type { Tile } from "./coordinates.ts";
import { tileHeight, tileOf, tileWidth } from "./coordinates.ts";
import { tilePath } from "./path.ts";

/** Tiles of a log of `size` entries. `readTile` gives a tile's bytes, or `undefined` if there are none. */
export interface TileSource {
  readonly size: number;
  readonly readTile: (tile: Tile) => Uint8Array | undefined;
}

/** The tiles to fetch, each once, before reading these subtrees of a log of `size` entries. */
export function tilesNeeded(subtrees: readonly Subtree[], size: number): Tile[] {
  const tiles = new Map<string, Tile>();
  for (const subtree of subtrees) {
    const tile = tileOf(subtree, size);
    tiles.set(tilePath(tile), tile);
  }
  return [...tiles.values()];
}

/**
 * Reads any complete subtree from tiles. It does not check the tiles: whatever is made from them has
 * to be verified against a signed root. The reader throws ProofError `PROOF_INVALID` for a tile that
 * is missing or has the wrong length, and RangeError for a subtree the log does not have.
 */
export function tileHashReader(hash: Hash, source: TileSource): HashReader {
  return (subtree) => {
    const tile = tileOf(subtree, source.size);
    const bytes = source.readTile(tile);
    if (bytes?.length !== tile.width * hashBytes) {
      throw new ProofError(
        "PROOF_INVALID",
        `tile ${tilePath(tile)} has ${bytes?.length ?? "no"} bytes, not ${tile.width * hashBytes}`,
      );
    }
    const slots = 2 ** (subtree.level % tileHeight);
    return joinSlots(hash, bytes, { first: (subtree.index * slots) % tileWidth, count: slots });
  };
}

/** Hash over a power of two of neighbouring hashes in a tile. */
function joinSlots(
  hash: Hash,
  tile: Uint8Array,
  slots: { first: number; count: number },
): Uint8Array {
  const { first, count } = slots;
  if (count === 1) return tile.slice(first * hashBytes, (first + 1) * hashBytes);
  const half = count / 2;
  const left = joinSlots(hash, tile, { first, count: half });
  const right = joinSlots(hash, tile, { first: first + half, count: half });
  return nodeHash(hash, left, right);
}

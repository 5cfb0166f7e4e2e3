import { Frontier, hashBytes, tileHeight, tilePath, tileWidth } from "@scrip/merkle-log";
import { equalBytes, type Hash } from "@scrip/wire";
import { differingEntriesMax } from "../limits.ts";
import type { FindingSink } from "./finding.ts";
import type { LedgerCopy } from "./ledger-copy.ts";

/**
 * Compares the hashes of entries with the stored tiles, entry by entry, and keeps two trees: one over what the entries
 * hash to, one over what the tiles say. Where they differ, the signed root tells which of the two is spoiled.
 */
export class TileAudit {
  readonly #copy: Pick<LedgerCopy, "tile">;
  readonly #report: FindingSink;
  readonly #ofEntries: Frontier;
  readonly #ofTiles: Frontier;
  readonly #open = new Map<number, { readonly index: number; readonly bytes: Uint8Array }>();
  readonly #differing: number[] = [];
  #differ = 0;

  constructor(hash: Hash, copy: Pick<LedgerCopy, "tile">, report: FindingSink) {
    this.#copy = copy;
    this.#report = report;
    this.#ofEntries = Frontier.empty(hash);
    this.#ofTiles = Frontier.empty(hash);
  }

  /** The right edge that the entries lead to. */
  get frontier(): Frontier {
    return this.#ofEntries;
  }

  /** The leaf hash of the next entry. */
  append(leaf: Uint8Array): void {
    const at = this.#ofEntries.size;
    const stored = this.#stored(0, at) ?? leaf;
    if (!equalBytes(stored, leaf)) {
      this.#differ += 1;
      if (this.#differing.length < differingEntriesMax) this.#differing.push(at);
    }
    const byEntries = new Map<number, Uint8Array>();
    this.#ofEntries.append(leaf, ({ level }, hash) => {
      if (isTileLevel(level)) byEntries.set(level, hash);
    });
    this.#ofTiles.append(stored, ({ level, index }, hash) => {
      if (!isTileLevel(level)) return;
      const upper = this.#stored(level / tileHeight, index);
      const fits = [hash, byEntries.get(level)].some(
        (one) => one && upper && equalBytes(one, upper),
      );
      if (upper !== undefined && !fits) this.#upperDiffers(level / tileHeight, index);
    });
  }

  /** The two roots as they are now: of the entries, and of the tiles. */
  roots(): { readonly entries: Uint8Array; readonly tiles: Uint8Array } {
    return { entries: this.#ofEntries.root(), tiles: this.#ofTiles.root() };
  }

  /** Names every entry that does not fit its tile; `spoiled` says which of the two a signed root contradicts. */
  settle(spoiled: "ENTRIES" | "TILES" | "NOT_KNOWN"): void {
    for (const at of this.#differing) {
      const tile = `tile ${tileName(0, Math.floor(at / tileWidth))}`;
      const hash = `hash ${at % tileWidth} of ${tile}`;
      if (spoiled === "TILES") {
        this.#report({ part: "TILE", at: tile, what: `${hash} is not that of entry ${at}` });
      } else {
        const known = spoiled === "ENTRIES" ? ", which the quorum has signed" : "";
        const what = `it does not hash to ${hash}${known}`;
        this.#report({ part: "ENTRY", at: `entry ${at}`, what });
      }
    }
    const unnamed = this.#differ - this.#differing.length;
    if (unnamed === 0) return;
    const what = `${unnamed} more entries do not hash to what the tiles say`;
    this.#report({ part: "ENTRY", at: "entries", what });
  }

  #upperDiffers(level: number, index: number): void {
    const at = `tile ${tileName(level, Math.floor(index / tileWidth))}`;
    const what = `hash ${index % tileWidth} is not that of tile ${tileName(level - 1, index)}`;
    this.#report({ part: "TILE", at, what });
  }

  #stored(level: number, index: number): Uint8Array | undefined {
    const number = Math.floor(index / tileWidth);
    let tile = this.#open.get(level);
    if (tile?.index !== number) {
      tile = { index: number, bytes: this.#copy.tile(level, number) ?? new Uint8Array(0) };
      this.#open.set(level, tile);
    }
    const start = (index % tileWidth) * hashBytes;
    if (start + hashBytes <= tile.bytes.length) {
      return tile.bytes.subarray(start, start + hashBytes);
    }
    const what = `hash ${index % tileWidth} is missing`;
    this.#report({ part: "TILE", at: `tile ${tileName(level, number)}`, what });
    return undefined;
  }
}

const isTileLevel = (level: number): boolean => level > 0 && level % tileHeight === 0;

const tileName = (level: number, index: number): string =>
  tilePath({ level, index, width: tileWidth }).replace(/^\/?tile\//, "");

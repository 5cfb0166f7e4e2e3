import { type Frontier, hashBytes, leafHash, tileHeight, tileWidth } from "@scrip/merkle-log";
import type { Hash } from "@scrip/wire";
import type { LedgerReader } from "../state/ledger-reader.ts";
import type { TileWrite } from "./block.ts";

interface TileDraft {
  readonly level: number;
  readonly index: number;
  readonly bytes: Uint8Array;
  width: number;
}

/** The log while a block is appended to it: its right edge, the new entries and the tiles they fill. */
export class LogGrowth {
  readonly fromIndex: number;
  readonly entries: Uint8Array[] = [];
  readonly frontier: Frontier;
  readonly #hash: Hash;
  readonly #reader: Pick<LedgerReader, "tile">;
  readonly #tiles = new Map<number, TileDraft>();
  readonly #full: TileDraft[] = [];

  constructor(frontier: Frontier, hash: Hash, reader: Pick<LedgerReader, "tile">) {
    this.fromIndex = frontier.size;
    this.frontier = frontier;
    this.#hash = hash;
    this.#reader = reader;
  }

  /** Appends an entry and gives its log index. Who knows its leaf hash already saves hashing it. */
  append(entry: Uint8Array, leaf: Uint8Array = leafHash(this.#hash, entry)): number {
    const index = this.frontier.size;
    this.entries.push(entry);
    this.frontier.append(leaf, (subtree, hash) => {
      if (subtree.level % tileHeight === 0) this.#put(subtree.level / tileHeight, subtree, hash);
    });
    return index;
  }

  /** Every tile that got new hashes. */
  tiles(): TileWrite[] {
    return [...this.#full, ...this.#tiles.values()].map(({ level, index, bytes, width }) => ({
      level,
      index,
      bytes: bytes.subarray(0, width * hashBytes),
    }));
  }

  #put(level: number, { index }: { index: number }, hash: Uint8Array): void {
    const tileIndex = Math.floor(index / tileWidth);
    const draft = this.#draft(level, tileIndex);
    const slot = index % tileWidth;
    draft.bytes.set(hash, slot * hashBytes);
    draft.width = slot + 1;
    if (draft.width < tileWidth) return;
    this.#full.push(draft);
    this.#tiles.delete(level);
  }

  /** One tile of each level is being filled at a time; the first may have been begun by an earlier block. */
  #draft(level: number, index: number): TileDraft {
    let draft = this.#tiles.get(level);
    if (draft === undefined) {
      draft = { level, index, bytes: new Uint8Array(tileWidth * hashBytes), width: 0 };
      draft.bytes.set(this.#reader.tile(level, index) ?? new Uint8Array(0));
      this.#tiles.set(level, draft);
    }
    return draft;
  }
}

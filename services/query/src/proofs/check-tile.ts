import {
  type Hash,
  hashBytes,
  merkleRoot,
  ProofError,
  rootAt,
  tileHashReader,
  tilePath,
  tileWidth,
} from "@scrip/merkle-log";
import { PortError, type FollowerStore } from "@scrip/ports";
import { equalBytes } from "@scrip/wire";

interface Tree {
  readonly hash: Hash;
  /** Root of the log as it is now. */
  readonly root: Uint8Array;
}

/**
 * A full tile has to hash to its place in the tile above it, and so on up to the tiles at the log's right edge, which
 * have to lead to the root.
 * @throws PortError CORRUPT naming the first tile that does not
 */
export function requireTile(
  store: Pick<FollowerStore, "tile" | "size">,
  tile: { readonly level: number; readonly index: number },
  tree: Tree,
): void {
  let { level, index } = tile;
  for (;;) {
    const bytes = store.tile(level, index) ?? new Uint8Array(0);
    if (bytes.length < tileWidth * hashBytes) return requireEdge(store, tree);
    const above = store.tile(level + 1, Math.floor(index / tileWidth));
    const at = (index % tileWidth) * hashBytes;
    const known = above?.subarray(at, at + hashBytes);
    if (known === undefined || !equalBytes(known, merkleRoot(tree.hash, hashesOf(bytes)))) {
      throw corrupt(`${tilePath({ level, index, width: tileWidth })} is not the one in the log`);
    }
    level += 1;
    index = Math.floor(index / tileWidth);
  }
}

function requireEdge(store: Pick<FollowerStore, "tile" | "size">, { hash, root }: Tree): void {
  const size = store.size();
  const reader = tileHashReader(hash, {
    size,
    readTile: ({ level, index, width }) => store.tile(level, index)?.subarray(0, width * hashBytes),
  });
  try {
    if (equalBytes(rootAt(hash, reader, size), root)) return;
  } catch (cause) {
    if (!(cause instanceof ProofError)) throw cause;
    throw corrupt(cause.step);
  }
  throw corrupt(`the tiles at size ${size} do not lead to the log's root`);
}

function* hashesOf(tile: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < tile.length; at += hashBytes) yield tile.subarray(at, at + hashBytes);
}

const corrupt = (what: string): PortError => new PortError("CORRUPT", what);

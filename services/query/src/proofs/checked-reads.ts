import { knownLeaf, type LedgerState } from "@scrip/ledger-state";
import { type Hash, hashBytes, leafHash, tileWidth } from "@scrip/merkle-log";
import { PortError, type FollowerStore } from "@scrip/ports";
import { MapProofError, MapStoreError, verifyMapProof } from "@scrip/state-map";
import { equalBytes, leafStateHash, type Leaves } from "@scrip/wire";
import { requireTile } from "./check-tile.ts";

/** What can be read of a verified copy. */
export type CopyReads = Omit<
  FollowerStore,
  "commit" | "putCheckpoint" | "replaceBuckets" | "close" | "meta" | "bucket" | "lookupCounts"
>;

/**
 * The reads of a store, each checked on its way out: what was verified once may have been spoiled on its disk since.
 * An entry has to hash to what the log's tiles say, a tile to the root, a state to what the map says under the root that
 * was sealed; a state that is not there has to be absent from the map. So a byte turned over is an error, never an
 * answer. A read costs some 5 µs more for an entry, 60 µs for a state, 1 ms for a tile.
 * @param state the follower's state on the same store, asked at each read
 */
export function checkedReads(
  store: FollowerStore,
  { hash, state }: { readonly hash: Hash; readonly state: () => LedgerState },
): CopyReads {
  const requireEntry = (index: number, entry: Uint8Array): Uint8Array => {
    const tile = store.tile(0, Math.floor(index / tileWidth));
    const at = (index % tileWidth) * hashBytes;
    const known = tile?.subarray(at, at + hashBytes);
    if (known !== undefined && equalBytes(known, leafHash(hash, entry))) return entry;
    throw new PortError("CORRUPT", `entry ${index} is not the one in the log`);
  };
  return {
    size: () => store.size(),
    entry(index) {
      const entry = store.entry(index);
      return entry && requireEntry(index, entry);
    },
    entries: (from, count) =>
      store.entries(from, count).map((entry, step) => requireEntry(from + step, entry)),
    leaf(key) {
      const bytes = store.leaf(key);
      requireLeaf(hash, { key, bytes }, state());
      return bytes;
    },
    tile(level, index) {
      const tile = store.tile(level, index);
      if (tile !== undefined) requireTile(store, { level, index }, { hash, root: state().root() });
      return tile;
    },
    blocks: (fromIndex, limit) => store.blocks(fromIndex, limit),
    indexOfEvent: (eventId) => store.indexOfEvent(eventId),
    indexOfOperation: (opId) => store.indexOfOperation(opId),
    history: (cardId, after, limit) => store.history(cardId, after, limit),
    controlEvents: (after, limit) => store.controlEvents(after, limit),
    listed: (list, after, limit) => store.listed(list, after, limit),
    checkpoint: (size) => store.checkpoint(size),
  };
}

/** @throws PortError CORRUPT unless the map has this state, or none, under the key */
function requireLeaf(
  hash: Hash,
  { key, bytes }: { readonly key: Uint8Array; readonly bytes: Uint8Array | undefined },
  { map }: LedgerState,
): void {
  const known = bytes && knownLeaf(hash, key, bytes);
  const valueHash = known
    ? leafStateHash(hash, known.kind, known.leaf as Leaves[typeof known.kind])
    : null;
  if (bytes !== undefined && valueHash === null) {
    throw new PortError("CORRUPT", "a state that is of no kind, or of another key");
  }
  try {
    verifyMapProof(hash, { root: map.root, key, valueHash }, map.prove(key));
  } catch (cause) {
    if (!(cause instanceof MapProofError || cause instanceof MapStoreError)) throw cause;
    throw new PortError("CORRUPT", `a state that is not the map's: ${cause.message}`, { cause });
  }
}

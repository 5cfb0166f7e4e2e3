import { StateMap, type MapChange } from "../src/index.ts";
import { MemoryStore } from "./memory-store.ts";
import { sha256 } from "./sha256.ts";

/** A new map over a memory store. */
export function newMap(depth: number): { readonly map: StateMap; readonly store: MemoryStore } {
  const store = new MemoryStore();
  return { map: StateMap.open({ hash: sha256, store, shape: { depth, count: 0 } }), store };
}

/** Updates, stores and commits. */
export function apply(
  { map, store }: { readonly map: StateMap; readonly store: MemoryStore },
  changes: Iterable<MapChange>,
): void {
  const update = map.update(changes);
  store.write(update.writes);
  map.commit(update);
}

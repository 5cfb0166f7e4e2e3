import { compareBytes, type MapChange } from "@scrip/state-map";
import {
  decodeLeaf,
  type Hash,
  hashedLeaf,
  type LeafIds,
  leafIdOf,
  type LeafKind,
  leafKey,
  type Leaves,
} from "@scrip/wire";
import type { LedgerReader } from "./ledger-reader.ts";

/** A leaf as this block sees it. `leaf` undefined: there is none. */
interface Slot {
  readonly kind: LeafKind;
  readonly key: Uint8Array;
  leaf: Leaves[LeafKind] | undefined;
  changed: boolean;
}

/** A leaf as the store is to keep it, by its key in the map; null removes it. */
export interface LeafWrite {
  readonly key: Uint8Array;
  readonly bytes: Uint8Array | null;
}

/**
 * The leaves as they are while a block is being made: those of the last block, and over them what this one changed.
 * Each leaf is read, decoded, encoded and hashed at most once a block.
 */
export class LeafView {
  readonly #reader: Pick<LedgerReader, "leaf">;
  readonly #hash: Hash;
  readonly #slots = new Map<LeafKind, Map<string | number, Slot>>();

  constructor(reader: Pick<LedgerReader, "leaf">, hash: Hash) {
    this.#reader = reader;
    this.#hash = hash;
  }

  get<K extends LeafKind>(kind: K, id: LeafIds[K]): Leaves[K] | undefined {
    // A slot's leaf is of the kind it is filed under.
    return this.#slot(kind, id).leaf as Leaves[K] | undefined;
  }

  /** The leaf that must be there. @throws Error when it is not: the state is not one that rules have made. */
  need<K extends LeafKind>(kind: K, id: LeafIds[K]): Leaves[K] {
    const leaf = this.get(kind, id);
    if (leaf === undefined) throw new Error(`no ${kind} leaf ${JSON.stringify(id)}`);
    return leaf;
  }

  set<K extends LeafKind>(kind: K, leaf: Leaves[K]): void {
    const slot = this.#slot(kind, leafIdOf(kind, leaf));
    slot.leaf = leaf;
    slot.changed = true;
  }

  /** From here on there is no such leaf, neither in the store nor in the map. Without one there, nothing changes. */
  remove<K extends LeafKind>(kind: K, id: LeafIds[K]): void {
    const slot = this.#slot(kind, id);
    slot.changed ||= slot.leaf !== undefined;
    slot.leaf = undefined;
  }

  /** Everything that was set or removed, for the store and for the map, both in the order of their keys. */
  changes(): { readonly writes: LeafWrite[]; readonly map: MapChange[] } {
    const writes: LeafWrite[] = [];
    const map: MapChange[] = [];
    for (const { kind, key, leaf } of this.#changed()) {
      const hashed = leaf && hashedLeaf(this.#hash, kind, leaf);
      writes.push({ key, bytes: hashed?.bytes ?? null });
      map.push({ key, valueHash: hashed?.stateHash ?? null });
    }
    return { writes, map };
  }

  #slot<K extends LeafKind>(kind: K, id: LeafIds[K]): Slot {
    let ofKind = this.#slots.get(kind);
    if (ofKind === undefined) this.#slots.set(kind, (ofKind = new Map()));
    const name = nameOf(id);
    let slot = ofKind.get(name);
    if (slot === undefined) ofKind.set(name, (slot = this.#read(kind, id)));
    return slot;
  }

  #read<K extends LeafKind>(kind: K, id: LeafIds[K]): Slot {
    const key = leafKey(this.#hash, kind, id);
    const bytes = this.#reader.leaf(key);
    const leaf = bytes === undefined ? undefined : decodeLeaf(kind, bytes);
    return { kind, key, leaf, changed: false };
  }

  #changed(): Slot[] {
    const slots = [...this.#slots.values()].flatMap((ofKind) => [...ofKind.values()]);
    return slots.filter(({ changed }) => changed).sort((a, b) => compareBytes(a.key, b.key));
  }
}

/** A name for an id, its own among those of one kind. */
function nameOf(id: LeafIds[LeafKind]): string | number {
  if (typeof id === "string" || typeof id === "number") return id;
  if (id === null) return "";
  // No role and no number holds a space.
  return "role" in id ? `${id.role} ${id.name}` : `${id.version} ${id.programId}`;
}

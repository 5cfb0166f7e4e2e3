import { inspectMap } from "@scrip/state-map";
import {
  decodeLeaf,
  equalBytes,
  formatCardId,
  type Hash,
  leafIdOf,
  type LeafKind,
  leafKey,
  leafKinds,
  leafStateHash,
  type Leaves,
  toHex,
  WireError,
} from "@scrip/wire";
import type { LedgerMeta } from "../state/ledger-meta.ts";
import { type LedgerAudit, progressEvery } from "./ledger-copy.ts";

/** A leaf and what kind of leaf it is. */
export type KnownLeaf = {
  [K in LeafKind]: { readonly kind: K; readonly leaf: Leaves[K] };
}[LeafKind];

export interface AuditedMap {
  readonly root: Uint8Array;
  readonly leaves: number;
  readonly cards: number;
  /** Leaves whose state is not what the map has: what follows from them is not known. */
  readonly unread: number;
}

/** Looks through the whole map: each bucket's hashes, and each leaf's state under the hash that the map has for it. */
export function auditMap(
  { copy, suite, onFinding, onProgress }: LedgerAudit,
  { shape }: Pick<LedgerMeta, "shape">,
  onLeaf: (leaf: KnownLeaf) => void,
): AuditedMap {
  const { hash } = suite;
  let [leaves, cards, unread] = [0, 0, 0];
  const store = { records: () => copy.buckets() };
  const { root, count } = inspectMap(
    { hash, store, shape },
    {
      fault: (error) =>
        onFinding({ part: "BUCKET", at: `bucket ${error.bucket ?? "?"}`, what: error.message }),
      leaf(key, valueHash) {
        leaves += 1;
        const bytes = copy.leaf(key);
        const known = bytes && knownLeaf(hash, key, bytes);
        if (known?.kind === "card") cards += 1;
        const what = leafFault(hash, { bytes, known, valueHash });
        if (what !== null) {
          unread += 1;
          onFinding({ part: "LEAF", at: nameOf(key, known), what });
        } else if (known !== undefined) onLeaf(known);
        if (leaves % progressEvery === 0) {
          onProgress?.({ part: "leaves", done: leaves, total: shape.count });
        }
      },
    },
  );
  if (count !== shape.count) {
    onFinding({ part: "MAP", at: "map", what: `${count} leaves, not ${shape.count}` });
  }
  return { root, leaves, cards, unread };
}

/**
 * The leaf that stored bytes are of: the kind whose id leads to this key. Undefined for bytes of no kind, and for those
 * of a leaf that belongs elsewhere.
 */
export function knownLeaf(hash: Hash, key: Uint8Array, bytes: Uint8Array): KnownLeaf | undefined {
  for (const kind of leafKinds) {
    const leaf = leafOfKind(kind, bytes);
    if (leaf === undefined || !equalBytes(leafKey(hash, kind, leafIdOf(kind, leaf)), key)) continue;
    // The leaf was decoded as this kind.
    return { kind, leaf } as KnownLeaf;
  }
  return undefined;
}

function leafOfKind<K extends LeafKind>(kind: K, bytes: Uint8Array): Leaves[K] | undefined {
  try {
    return decodeLeaf(kind, bytes);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

function leafFault(
  hash: Hash,
  stored: {
    readonly bytes: Uint8Array | undefined;
    readonly known: KnownLeaf | undefined;
    readonly valueHash: Uint8Array;
  },
): string | null {
  const { bytes, known, valueHash } = stored;
  if (bytes === undefined) return "its state is missing";
  if (known === undefined) return "its state is of no kind, or of another leaf";
  const hashed = leafStateHash(hash, known.kind, known.leaf as Leaves[typeof known.kind]);
  return equalBytes(hashed, valueHash) ? null : "its state does not hash to what the map has";
}

function nameOf(key: Uint8Array, known: KnownLeaf | undefined): string {
  if (known?.kind === "card") return formatCardId(known.leaf.card.cardId);
  return `${known?.kind ?? "leaf"} under key ${toHex(key)}`;
}

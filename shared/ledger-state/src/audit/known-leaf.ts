import {
  decodeLeaf,
  equalBytes,
  type Hash,
  leafIdOf,
  type LeafKind,
  leafKey,
  leafKinds,
  leafStateHash,
  type Leaves,
  wellFormed,
} from "@scrip/wire";

/** A leaf and what kind of leaf it is. */
export type KnownLeaf = {
  [K in LeafKind]: { readonly kind: K; readonly leaf: Leaves[K] };
}[LeafKind];

/**
 * The leaf that stored bytes are of: the kind whose id leads to this key. Undefined for bytes of no kind, and for those
 * of a leaf that belongs elsewhere.
 */
export function knownLeaf(hash: Hash, key: Uint8Array, bytes: Uint8Array): KnownLeaf | undefined {
  for (const kind of leafKinds) {
    const leaf = wellFormed(() => decodeLeaf(kind, bytes));
    if (leaf === null || !equalBytes(leafKey(hash, kind, leafIdOf(kind, leaf)), key)) continue;
    // The leaf was decoded as this kind.
    return { kind, leaf } as KnownLeaf;
  }
  return undefined;
}

/** Why stored bytes are not the state that the map has under their key; null when they are. */
export function leafFault(
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

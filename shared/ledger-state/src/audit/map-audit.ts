import { inspectMap } from "@scrip/state-map";
import { formatCardId, toHex } from "@scrip/wire";
import type { LedgerMeta } from "../state/ledger-meta.ts";
import { bucketsOf, type LedgerReader } from "../state/ledger-reader.ts";
import { type KnownLeaf, knownLeaf, leafFault } from "./known-leaf.ts";
import { progressEveryItems } from "../limits.ts";
import type { LedgerAudit } from "./ledger-copy.ts";

/** The map's part of an audit. */
export type MapToAudit = Pick<LedgerAudit, "suite" | "onFinding" | "onLeaf" | "onProgress"> & {
  readonly copy: LedgerReader;
};

export interface AuditedMap {
  readonly root: Uint8Array;
  readonly leaves: number;
  readonly cards: number;
  /** Leaves whose state is not what the map has: what follows from them is not known. */
  readonly unread: number;
}

/** Looks through the whole map: each bucket's hashes, and each leaf's state under the hash that the map has for it. */
export function auditMap(
  { copy, suite, onFinding, onLeaf, onProgress }: MapToAudit,
  { shape }: Pick<LedgerMeta, "shape">,
  ownLeaf: (leaf: KnownLeaf) => void,
): AuditedMap {
  const { hash } = suite;
  let [leaves, cards, unread] = [0, 0, 0];
  const { root, count } = inspectMap(
    { hash, store: bucketsOf(copy), shape },
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
        } else if (known !== undefined) {
          ownLeaf(known);
          onLeaf?.(known);
        }
        if (leaves % progressEveryItems === 0) {
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

function nameOf(key: Uint8Array, known: KnownLeaf | undefined): string {
  if (known?.kind === "card") return formatCardId(known.leaf.card.cardId);
  return `${known?.kind ?? "leaf"} under key ${toHex(key)}`;
}

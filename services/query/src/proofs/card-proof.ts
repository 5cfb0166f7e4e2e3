import type { CardId } from "@scrip/domain";
import { PortError } from "@scrip/ports";
import { encodeMapProof } from "@scrip/state-map";
import {
  decodeEntry,
  decodeHalves,
  decodeLeaf,
  encodeProofExtra,
  hiddenHash,
  leafKey,
  toHex,
  type ShownState,
} from "@scrip/wire";
import { entryProof } from "./entry-proof.ts";
import type { VerifiedCopy } from "./verified-copy.ts";

/** Which halves of a card's state a proof shows. */
export type Shown = "PUBLIC" | "BOTH";

/**
 * Proof file of a card's state: checkpoint → seal → map root → state. The seal is the head of the log, its last entry:
 * an older one under a new checkpoint would prove an old state.
 * @returns undefined for a card that the ledger does not know.
 */
export function cardProof(copy: VerifiedCopy, cardId: CardId, shown: Shown): string | undefined {
  const { store, hash, proveLeaf } = copy;
  const key = leafKey(hash, "card", cardId);
  const leaf = store.leaf(key);
  if (leaf === undefined) return undefined;
  const index = store.size() - 1;
  const seal = store.entry(index);
  if (seal === undefined)
    throw new PortError("CORRUPT", `no entry ${index} at the head of the log`);
  const mapProof = encodeMapProof(proveLeaf(key));
  const state = shownState(copy, leaf, shown);
  requireSealed(copy, seal);
  return entryProof(copy, {
    index,
    entry: seal,
    extra: encodeProofExtra({ kind: "card", seal, mapProof, state }),
  });
}

/** @throws PortError CORRUPT unless the head of the log seals the map that the proof is made from */
function requireSealed({ mapRoot }: VerifiedCopy, seal: Uint8Array): void {
  const entry = decodeEntry(seal);
  if (entry.kind === "seal" && entry.mapRoot === toHex(mapRoot())) return;
  throw new PortError("CORRUPT", "the head of the log does not seal the map");
}

function shownState({ hash }: VerifiedCopy, leaf: Uint8Array, shown: Shown): ShownState {
  const { publicBytes, privateBytes } = decodeHalves(leaf);
  if (shown === "BOTH") return { publicBytes, privateBytes };
  const { nonce, card } = decodeLeaf("card", leaf);
  const hidden = hiddenHash(hash, privateBytes, { nonce, id: card.cardId });
  return { publicBytes, hidden };
}

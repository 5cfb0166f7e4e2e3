import type { CardId } from "@scrip/domain";
import { decodeLeaf, leafKey, type CardState } from "@scrip/wire";
import type { VerifiedCopy } from "../proofs/verified-copy.ts";

/** A card as the verified copy has it. */
export function cardStateOf({ store, hash }: VerifiedCopy, cardId: CardId): CardState | undefined {
  const leaf = store.leaf(leafKey(hash, "card", cardId));
  return leaf === undefined ? undefined : decodeLeaf("card", leaf);
}

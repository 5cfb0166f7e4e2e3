import { cardId, type CardId } from "@scrip/domain";
import { toHex } from "@scrip/wire";
import type { OperationPorts } from "../keyed/ports.ts";

const lotIdBytes = 20;

/** A fresh lot id in a shard, which is its wallet's: a random byte of that residue, then random bytes. */
export function newLotId(ports: Pick<OperationPorts, "identity" | "store">, shard: number): CardId {
  const bytes = ports.identity.randomBytes(lotIdBytes);
  const { shards } = ports.store;
  const drawn = bytes[0] ?? 0;
  const sameResidue = drawn - (drawn % shards) + shard;
  // Above the last whole run of residues there is no byte for every shard: one run lower there is.
  bytes[0] = sameResidue > 255 ? sameResidue - shards : sameResidue;
  return cardId(toHex(bytes));
}

import type { Card } from "@scrip/domain";
import type { Change } from "@scrip/ports";
import type { Bytes, Environment } from "../environment.ts";
import { entryUnder } from "../records/checksum.ts";
import { batchKey, dueKey, walletKey } from "../records/keys.ts";
import type { Write } from "./commit-view.ts";

/** The part of a change that touches an index. */
type Indexed = Pick<Change, "shard" | "walletAdds" | "walletRemoves" | "dueAdds" | "dueRemoves">;

/**
 * What a change does to the indexes. What is added stays, also when the same change removes it: an index may hold too
 * much, never too little.
 * @param ofBatch the cards that enter their batch's index
 */
export function indexWrites(
  { wallets, batches, dues }: Environment,
  change: Indexed,
  ofBatch: readonly Card[],
): Write[] {
  const { shard } = change;
  const writes: Write[] = [];
  const add = (database: Bytes, key: Buffer): void => {
    writes.push({ database, key, value: entryUnder(key) });
  };
  for (const { batchId, cardId } of ofBatch) {
    if (batchId !== null) add(batches, batchKey(batchId, shard, cardId));
  }
  for (const { walletId, cardId } of change.walletRemoves)
    writes.push({ database: wallets, key: walletKey(walletId, cardId), value: null });
  for (const { walletId, cardId } of change.walletAdds) add(wallets, walletKey(walletId, cardId));
  for (const due of change.dueRemoves)
    writes.push({ database: dues, key: dueKey(shard, due), value: null });
  for (const due of change.dueAdds) add(dues, dueKey(shard, due));
  return writes;
}

import type { CardId, OpId } from "@scrip/domain";
import { shardOf } from "@scrip/domain";
import type { CardStore, OperationRecord } from "@scrip/ports";
import { operationsPageRecords } from "./limits.ts";

/** The store's operation records that drew from a card. There is no index of them: the shard's are all looked at. */
export async function operationsOf(
  store: Pick<CardStore, "operationsOf" | "shards">,
  cardId: CardId,
): Promise<OperationRecord[]> {
  const shard = shardOf(cardId, store.shards);
  const found: OperationRecord[] = [];
  let after: OpId | null = null;
  for (;;) {
    const page: OperationRecord[] = await store.operationsOf(shard, after, operationsPageRecords);
    const last = page.at(-1);
    if (last === undefined) return found;
    after = last.operation.opId;
    found.push(
      ...page.filter(({ operation }) => operation.legs.some((leg) => leg.cardId === cardId)),
    );
  }
}

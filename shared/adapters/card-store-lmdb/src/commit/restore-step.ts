import { type RestoredRecords, stoodInBatch } from "@scrip/ports";
import type { Environment } from "../environment.ts";
import { encodeCard } from "../records/card-record.ts";
import { encodeKey } from "../records/key-record.ts";
import { cardKey, claimKey, opKey, operationKey, present } from "../records/keys.ts";
import { encodeOperation } from "../records/operation-record.ts";
import type { Write } from "./commit-view.ts";
import type { Step } from "./group-commit.ts";
import { indexWrites } from "./index-writes.ts";

/**
 * The step that puts checked records without a look at what stands there.
 * @throws RangeError when a record would not come back as it is.
 */
export function restoreStep(environment: Environment, records: RestoredRecords): Step<void> {
  const { shard, wallets, dues } = records;
  const ofBatch = records.cards.map(({ card }) => card).filter(stoodInBatch);
  const index = { shard, walletAdds: wallets, walletRemoves: [], dueAdds: dues, dueRemoves: [] };
  const writes: Write[] = [
    ...records.cards.map((record) => ({
      database: environment.cards,
      key: cardKey(record.card.cardId),
      value: encodeCard(record),
    })),
    ...records.operations.map((record) => ({
      database: environment.operations,
      key: operationKey(shard, record.operation.opId),
      value: encodeOperation(record),
    })),
    ...records.outcomes.map((outcome) => ({
      database: environment.keys,
      key: opKey(outcome.opId),
      value: encodeKey({ shard, bodyHash: null, outcome }),
    })),
    ...records.claims.map((claim) => ({
      database: environment.claims,
      key: claimKey(claim),
      value: present,
    })),
    ...indexWrites(environment, index, ofBatch),
  ];
  return (view) => void view.writes.push(...writes);
}

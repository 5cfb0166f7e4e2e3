import { type RestoredRecords, stoodInBatch } from "@scrip/ports";
import type { Environment } from "../environment.ts";
import { encodeCard } from "../records/card-record.ts";
import { encodeKey } from "../records/key-record.ts";
import { entryUnder, seal } from "../records/checksum.ts";
import { cardKey, claimKey, opKey, operationKey } from "../records/keys.ts";
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
    ...records.outcomes.map((outcome) => {
      const key = opKey(outcome.opId);
      const value = seal(key, encodeKey({ shard, bodyHash: null, outcome }));
      return { database: environment.keys, key, value };
    }),
    ...records.claims.map((claim) => {
      const key = claimKey(claim);
      return { database: environment.claims, key, value: entryUnder(key) };
    }),
    ...indexWrites(environment, index, ofBatch),
  ];
  return (view) => void view.writes.push(...writes);
}

import { type Card, shardOf } from "@scrip/domain";
import {
  type CardStoreRebuild,
  checkRestored,
  type RestoredRecords,
  stoodInBatch,
} from "@scrip/ports";
import { storable } from "./faults.ts";
import { beginRebuild, closed, finishRebuild, type Reached } from "./identity.ts";
import type { CardStoreOptions } from "./open-card-store.ts";
import { encodeCard } from "./records/card-record.ts";
import { encodeKept, encodePointer } from "./records/key-records.ts";
import { pointersKey } from "./records/keys.ts";
import { encodeOperation } from "./records/operation-record.ts";
import { packer } from "./records/packer.ts";
import { packIndexes } from "./save/packed-change.ts";
import { reach } from "./server/reach.ts";

const cardBytes = 20;
const opBytes = 32;

/**
 * Begins to rebuild a card store on a server that holds nothing yet; its streams begin at `streamStart`.
 * @throws PortError NOT_OURS, in one line: it does not do, or it holds something, be it an unfinished rebuild.
 */
export async function rebuildCardStore(options: CardStoreOptions): Promise<CardStoreRebuild> {
  const reached = await reach(options);
  try {
    await beginRebuild(reached, options);
    return new RedisRebuild(reached, options.shards);
  } catch (error) {
    await reached.server.close();
    throw error;
  }
}

class RedisRebuild implements CardStoreRebuild {
  readonly shards: number;
  readonly #reached: Reached;
  #closing: Promise<void> | null = null;

  constructor(reached: Reached, shards: number) {
    this.#reached = reached;
    this.shards = shards;
  }

  async restore(records: RestoredRecords): Promise<void> {
    if (this.#closing !== null) throw closed();
    checkRestored(records, this.shards);
    const packed = storable(() => packRestored(records));
    await this.#restorePointers(records);
    await this.#reached.functions.call("restore", records.shard, packed);
  }

  async finish(): Promise<void> {
    await finishRebuild(this.#reached, this.shards);
    await this.close();
  }

  async close(): Promise<void> {
    this.#closing ??= this.#reached.server.close();
    await this.#closing;
  }

  /** Where each key was decided, also for a retry that would be decided elsewhere. Nobody knows what was asked. */
  async #restorePointers({ outcomes, shard }: RestoredRecords): Promise<void> {
    const value = encodePointer({ decisionShard: shard, bodyHash: null });
    await Promise.all(
      outcomes.map(async ({ opId }) => {
        const key = pointersKey(shardOf(opId, this.shards), opId);
        await this.#reached.server.ask(key, ["HSETNX", key, Buffer.from(opId, "hex"), value]);
      }),
    );
  }
}

/** Checked records as they are restored: shard, cards, operations, outcomes, claims, indexes. */
function packRestored(records: RestoredRecords): Buffer {
  const cards = records.cards.map(encodeCard);
  const operations = records.operations.map(encodeOperation);
  const outcomes = records.outcomes.map(encodeKept);
  packer.start().list(6).whole(records.shard);
  packer.list(2 * cards.length);
  for (const [nth, { card }] of records.cards.entries())
    packer.hex(card.cardId, cardBytes).bytes(cards[nth] ?? Buffer.alloc(0));
  packer.list(2 * operations.length);
  for (const [nth, { operation }] of records.operations.entries())
    packer.hex(operation.opId, opBytes).bytes(operations[nth] ?? Buffer.alloc(0));
  packer.list(2 * outcomes.length);
  for (const [nth, { opId }] of records.outcomes.entries())
    packer.hex(opId, opBytes).bytes(outcomes[nth] ?? Buffer.alloc(0));
  packer.list(records.claims.length);
  for (const claim of records.claims) packer.text(claim);
  packIndexes({
    ofBatch: records.cards.map(({ card }): Card => card).filter(stoodInBatch),
    walletAdds: records.wallets,
    walletRemoves: [],
    dueAdds: records.dues,
    dueRemoves: [],
  });
  return packer.finish();
}

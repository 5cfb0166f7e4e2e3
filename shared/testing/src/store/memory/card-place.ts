import {
  type CardStoreRebuild,
  checkRestored,
  PortError,
  stoodInBatch,
  type RestoredRecords,
  type StreamPosition,
} from "@scrip/ports";
import type { CardStorePlace } from "../card-store-place.ts";
import { suiteShards, suiteStart } from "../given.ts";
import { MemoryCardDisk, setAt } from "./card-disk.ts";
import { MemoryCardStore } from "./card-store.ts";
import { frozen } from "./frozen.ts";
import { putDues } from "./save.ts";

/** A place for memory card stores: a disk that is made by whoever comes first. */
export class MemoryCardPlace implements CardStorePlace {
  #disk: MemoryCardDisk | null = null;
  #rebuilding = false;

  async open(): Promise<MemoryCardStore> {
    if (this.#rebuilding) throw notOurs("it holds a rebuild that was not finished");
    this.#disk ??= new MemoryCardDisk(suiteShards, suiteStart);
    return new MemoryCardStore(this.#disk);
  }

  async rebuild(streamStart: (shard: number) => StreamPosition): Promise<CardStoreRebuild> {
    if (this.#disk !== null) throw notOurs("it is not empty");
    this.#disk = new MemoryCardDisk(suiteShards, streamStart);
    this.#rebuilding = true;
    const finished = (): void => void (this.#rebuilding = false);
    return new MemoryRebuild(this.#disk, finished);
  }

  async remove(): Promise<void> {
    this.#disk = null;
    this.#rebuilding = false;
  }
}

class MemoryRebuild implements CardStoreRebuild {
  readonly shards: number;
  readonly #disk: MemoryCardDisk;
  readonly #finished: () => void;

  constructor(disk: MemoryCardDisk, finished: () => void) {
    this.#disk = disk;
    this.#finished = finished;
    this.shards = disk.shards;
  }

  async restore(records: RestoredRecords): Promise<void> {
    checkRestored(records, this.shards);
    const { shard, cards, operations, outcomes, claims, wallets, dues } = frozen(records);
    const disk = this.#disk;
    for (const record of cards) {
      const { batchId, cardId } = record.card;
      disk.cards.set(cardId, record);
      if (batchId !== null && stoodInBatch(record.card)) setAt(disk.batches, batchId).add(cardId);
    }
    for (const record of operations)
      disk.operations.set(`${shard} ${record.operation.opId}`, record);
    for (const outcome of outcomes) disk.outcomes.set(outcome.opId, { ...outcome, shard });
    for (const claim of claims) disk.claims.add(claim);
    for (const { walletId, cardId } of wallets) setAt(disk.wallets, walletId).add(cardId);
    putDues(disk, { shard, dueAdds: dues, dueRemoves: [] });
  }

  async finish(): Promise<void> {
    this.#finished();
  }

  async close(): Promise<void> {}
}

const notOurs = (reason: string): PortError =>
  new PortError("NOT_OURS", `memory card store: ${reason}`);

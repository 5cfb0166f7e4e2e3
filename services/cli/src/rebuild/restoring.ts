import type { CardStoreRebuild, RestoredRecords } from "@scrip/ports";
import { restoredAtOnceMax, restoresInFlightMax } from "./limits.ts";

type Parts = {
  -readonly [K in Exclude<keyof RestoredRecords, "shard">]: RestoredRecords[K][number][];
};

const empty = (): Parts => ({
  cards: [],
  operations: [],
  outcomes: [],
  claims: [],
  wallets: [],
  dues: [],
});

/** Collects what is restored shard by shard and puts it in pieces, a few at a time: memory stays flat. */
export class Restoring {
  readonly #rebuild: CardStoreRebuild;
  readonly #before: (records: RestoredRecords) => Promise<void>;
  readonly #shards = new Map<number, Parts>();
  readonly #full = new Set<number>();
  readonly #underWay = new Set<Promise<void>>();

  /** @param before looks at each piece before it is put */
  constructor(rebuild: CardStoreRebuild, before: (records: RestoredRecords) => Promise<void>) {
    this.#rebuild = rebuild;
    this.#before = before;
  }

  /** Notes a record; `put` is due when this says so. */
  add<K extends keyof Parts>(shard: number, kind: K, record: Parts[K][number]): void {
    let parts = this.#shards.get(shard);
    if (parts === undefined) this.#shards.set(shard, (parts = empty()));
    // A list of this kind takes records of this kind.
    const list: Parts[K][number][] = parts[kind];
    list.push(record);
    if (list.length >= restoredAtOnceMax) this.#full.add(shard);
  }

  /** Whether a piece is full. */
  get isFull(): boolean {
    return this.#full.size > 0;
  }

  /** Puts what is full; waits while as much is under way as may be. */
  async put(): Promise<void> {
    for (const shard of this.#full) await this.#put(shard);
    this.#full.clear();
  }

  /** Durable once it resolves. */
  async end(): Promise<void> {
    for (const shard of this.#shards.keys()) await this.#put(shard);
    await Promise.all(this.#underWay);
  }

  async #put(shard: number): Promise<void> {
    const parts = this.#shards.get(shard);
    if (parts === undefined) return;
    this.#shards.delete(shard);
    const records = { shard, ...parts };
    await this.#before(records);
    while (this.#underWay.size >= restoresInFlightMax) await Promise.race(this.#underWay);
    const put = this.#rebuild.restore(records).finally(() => this.#underWay.delete(put));
    this.#underWay.add(put);
  }
}

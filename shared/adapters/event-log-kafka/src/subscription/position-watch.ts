import type { Admin } from "kafkajs";
import { isTopicMissing } from "../driver/driver-errors.ts";
import type { Renewed } from "../driver/renewed.ts";
import type { KafkaLimits } from "../limits.ts";
import type { KafkaObserver } from "../options.ts";
import type { TopicNames } from "../topics.ts";
import { beginning, readNote, type Committed, type Held } from "./positions.ts";
import type { ShardState } from "./shard-state.ts";

export interface PositionWatchWiring {
  readonly admin: Renewed<Admin>;
  readonly names: TopicNames;
  readonly limits: KafkaLimits;
  readonly observer: Partial<KafkaObserver>;
  readonly shards: readonly ShardState[];
  seek(shard: number, offset: number): void;
  ask(shard: number, fromSeq: number): Promise<void>;
  topicLost(): Promise<void>;
}

/**
 * Compares the positions of a subscription with what the topic holds: before anything of a shard is delivered, and
 * every now and then. Kafka itself says nothing when it drops events, or when someone moved the group's offsets.
 */
export class PositionWatch {
  readonly #wiring: PositionWatchWiring;
  /** Events to ask for, by shard, until the relays could be told. */
  readonly #missing = new Map<number, number>();
  /** Shards that were asked for because nothing was ever committed: once is enough. */
  readonly #askedAsNew = new Set<number>();
  /** Shards whose topic was seen missing: no position of before means anything in the one that follows. */
  readonly #ofLostTopic = new Set<number>();
  #timer: NodeJS.Timeout | null = null;
  #checking: Promise<void> = Promise.resolve();
  #asking: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(wiring: PositionWatchWiring) {
    this.#wiring = wiring;
  }

  /** Resolves when no check runs; a check that fails is made again later. */
  get checking(): Promise<void> {
    return this.#checking;
  }

  /** Looks at the positions, then asks for what is missing. @returns when both are done, or have to be done again later */
  check(): Promise<void> {
    this.#checking = this.#checkAfter(this.#checking);
    this.#asking = Promise.all([this.#asking, this.#checking]).then(() => this.#ask());
    return this.#asking;
  }

  /** @param before each round */
  watch(before: () => Promise<void>): void {
    const round = async (): Promise<void> => {
      await before();
      await this.check();
      this.watch(before);
    };
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void round(), this.#wiring.limits.positionCheckMs);
  }

  /** The topic is gone. Resolves when there is one again. */
  async topicLost(): Promise<void> {
    this.#wiring.shards.forEach((_, shard) => this.#ofLostTopic.add(shard));
    await this.#wiring.topicLost();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #checkAfter(last: Promise<void>): Promise<void> {
    await last;
    try {
      await this.#check();
    } catch (error) {
      // Whatever else it is, the next round asks again.
      if (isTopicMissing(error)) await this.topicLost().catch(() => undefined);
    }
  }

  async #check(): Promise<void> {
    const { shards } = this.#wiring;
    if (this.#stopped || !shards.some(({ assigned }) => assigned)) return;
    const held = await this.#held();
    // A rebalance meanwhile begins a check of its own.
    const unchecked = shards.some(({ assigned, checked }) => assigned && !checked);
    const committed = unchecked ? await this.#committed() : new Map<number, Committed>();
    shards.forEach((state, shard) => {
      const [here, there] = [held.get(shard), committed.get(shard)];
      if (!state.assigned || here === undefined) return;
      if (this.#ofLostTopic.delete(shard)) return this.#startOver(shard, state, here);
      if (state.checked) this.#compare(shard, state, here);
      else this.#begin(shard, state, there ?? { offset: null, nextSeq: null }, here);
    });
  }

  #startOver(shard: number, state: ShardState, { low }: Held): void {
    state.unconfirmed.restart();
    state.checked = true;
    this.#wiring.seek(shard, low);
    this.#lost(shard, state.unconfirmed.confirmedSeq ?? 0, "the topic was gone");
  }

  #begin(shard: number, state: ShardState, committed: Committed, held: Held): void {
    const { from, missing } = beginning(committed, held);
    if (committed.nextSeq !== null) state.unconfirmed.confirm(committed.nextSeq);
    if (from !== null) this.#wiring.seek(shard, from);
    state.checked = true;
    if (missing === null) return;
    if (committed.offset === null && this.#askedAsNew.has(shard)) return;
    this.#askedAsNew.add(shard);
    this.#lost(shard, missing.fromSeq, missing.why);
  }

  #compare(shard: number, state: ShardState, { high }: Held): void {
    const { arrivedTo, confirmedSeq } = state.unconfirmed;
    if (arrivedTo === null) return;
    if (arrivedTo <= high) return this.#wiring.observer.lag?.(shard, high - arrivedTo);
    state.unconfirmed.restart();
    this.#lost(shard, confirmedSeq ?? 0, "the topic ends before what was read of it");
  }

  #lost(shard: number, fromSeq: number, why: string): void {
    this.#wiring.observer.lost?.(shard, fromSeq, why);
    this.#missing.set(shard, Math.min(fromSeq, this.#missing.get(shard) ?? fromSeq));
  }

  async #ask(): Promise<void> {
    // Asked again in the next round when nobody could be asked now.
    for (const [shard, fromSeq] of this.#missing) {
      try {
        await this.#wiring.ask(shard, fromSeq);
      } catch {
        return;
      }
      if (this.#missing.get(shard) === fromSeq) this.#missing.delete(shard);
    }
  }

  async #held(): Promise<Map<number, Held>> {
    const { admin, limits, names } = this.#wiring;
    const offsets = await admin.use("reading ends of shards", limits.requestWithinMs, (one) =>
      one.fetchTopicOffsets(names.events),
    );
    return new Map(
      offsets.map(({ partition, low, high }) => [
        partition,
        { low: Number(low), high: Number(high) },
      ]),
    );
  }

  async #committed(): Promise<Map<number, Committed>> {
    const { admin, limits, names } = this.#wiring;
    const topics = await admin.use("reading positions", limits.requestWithinMs, (one) =>
      one.fetchOffsets({ groupId: names.group, topics: [names.events] }),
    );
    const partitions = topics.flatMap((topic) => topic.partitions);
    return new Map(
      partitions.map(({ partition, offset, metadata }) => {
        const number = Number(offset);
        return [partition, { offset: number < 0 ? null : number, nextSeq: readNote(metadata) }];
      }),
    );
  }
}

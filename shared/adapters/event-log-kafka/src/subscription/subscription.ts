import { setMaxListeners } from "node:events";
import type { EventConsumer, EventSubscription, PortError } from "@scrip/ports";
import type { Admin, EachBatchPayload } from "kafkajs";
import type { Connections } from "../driver/connections.ts";
import type { Renewed } from "../driver/renewed.ts";
import { within } from "../driver/deadline.ts";
import { WatchedConsumer } from "../driver/watched-consumer.ts";
import type { KafkaLimits } from "../limits.ts";
import type { KafkaObserver } from "../options.ts";
import type { TopicNames } from "../topics.ts";
import { Committer } from "./committer.ts";
import { PositionWatch } from "./position-watch.ts";
import { ShardState } from "./shard-state.ts";

export interface SubscriptionWiring {
  readonly connections: Connections;
  readonly admin: Renewed<Admin>;
  readonly names: TopicNames;
  readonly chainId: string;
  readonly streams: number;
  readonly limits: KafkaLimits;
  readonly observer: Partial<KafkaObserver>;
  readonly consumer: EventConsumer;
  /** Asks the relays for a shard again. */
  ask(shard: number, fromSeq: number): Promise<void>;
  /** The topic is gone; resolves when there is one again, and the relays were asked for everything. */
  topicLost(): Promise<void>;
  failed(error: PortError): void;
}

/**
 * One consumer's share of the shards. What the driver fetches is only handed over, so that it never waits for the
 * consumer and its heartbeats go on; a shard of which enough waits is not fetched for a while.
 */
export class Subscription implements EventSubscription {
  readonly #wiring: SubscriptionWiring;
  readonly #shards: readonly ShardState[];
  readonly #consumer: WatchedConsumer;
  readonly #committer: Committer;
  readonly #positions: PositionWatch;
  readonly #stopped = new AbortController();
  /** Nothing is delivered before whoever subscribed knows the way to confirm it. */
  readonly #delivers = whenResolved();
  #stopping: Promise<void> | null = null;

  constructor(wiring: SubscriptionWiring) {
    const { connections, consumer, limits, names, observer, streams, chainId } = wiring;
    this.#wiring = wiring;
    // Every shard listens to it: as many listeners as shards are no leak.
    setMaxListeners(0, this.#stopped.signal);
    this.#shards = Array.from(
      { length: streams },
      (_, shard) =>
        new ShardState({
          shard,
          chainId,
          consumer,
          limits,
          stopped: this.#stopped.signal,
          takeFailed: (...told) => observer.takeFailed?.(...told),
          foreign: (...told) => observer.foreign?.(...told),
          emptied: (one) => this.#consumer.current?.resume(this.#partition(one)),
        }),
    );
    this.#consumer = new WatchedConsumer({
      connections,
      limits,
      group: names.group,
      topic: names.events,
      joined: (partitions) => this.#joined(partitions),
      batch: (payload) => this.#arrive(payload),
      silent: (forMs) => observer.silent?.(forMs),
      topicLost: () => this.#positions.topicLost(),
      failed: (error) => wiring.failed(error),
    });
    this.#committer = new Committer({
      topic: names.events,
      withinMs: limits.confirmWithinMs,
      consumer: () => this.#consumer.current,
    });
    this.#positions = new PositionWatch({
      ...wiring,
      shards: this.#shards,
      seek: (partition, offset) =>
        this.#consumer.current?.seek({ topic: names.events, partition, offset: String(offset) }),
    });
  }

  /** @throws PortError UNAVAILABLE when no broker answers */
  async start(): Promise<void> {
    const { limits } = this.#wiring;
    await this.#consumer.start();
    // What is asked for is asked for now, not in the middle of what comes next. Else the next round asks.
    const asked = within(limits.requestWithinMs, "asking for events", this.#positions.check());
    await asked.catch(() => undefined);
    this.#positions.watch(() => this.#commitAll());
    setImmediate(() => this.#delivers.resolve());
  }

  /**
   * Advances the shard's position in Kafka. Where the shard went to another member of the group meanwhile, and after
   * `stop`, nothing is left to do: what is unconfirmed comes again and does no harm.
   */
  async confirm(shard: number, nextSeq: number): Promise<void> {
    const state = this.#shards[shard];
    if (state === undefined) throw new RangeError(`event log: there is no shard ${shard}`);
    state.unconfirmed.confirm(nextSeq);
    await this.#commit(shard, state);
  }

  /** Resolves when the last take did, and the group knows that its shards are free. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#stopped.abort();
    this.#delivers.resolve();
    this.#positions.stop();
    await Promise.all(this.#shards.map(({ delivery }) => delivery.running));
    await this.#consumer.stop();
  }

  #joined(partitions: readonly number[]): void {
    this.#committer.forget();
    this.#shards.forEach((state, shard) => state.reassign(partitions.includes(shard)));
    void this.#positions.check();
  }

  async #arrive(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const state = this.#shards[batch.partition];
    await this.#delivers.promise;
    await this.#positions.checking;
    // A seek has decided meanwhile to read elsewhere.
    if (payload.isStale() || state?.assigned !== true || this.#stopped.signal.aborted) return;
    state.arrive(batch.messages);
    if (state.delivery.isFull) this.#consumer.current?.pause(this.#partition(batch.partition));
  }

  async #commit(shard: number, state: ShardState): Promise<void> {
    if (!state.assigned || this.#stopped.signal.aborted) return;
    const position = state.uncommitted();
    if (position === null) return;
    await this.#committer.commit(shard, position);
    state.committed(position);
  }

  /** Duplicates of confirmed events are passed over without being confirmed once more. */
  async #commitAll(): Promise<void> {
    const commits = this.#shards.map((state, shard) => this.#commit(shard, state));
    // The next round makes up for it.
    await Promise.allSettled(commits);
  }

  #partition(shard: number): { topic: string; partitions: number[] }[] {
    return [{ topic: this.#wiring.names.events, partitions: [shard] }];
  }
}

function whenResolved(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

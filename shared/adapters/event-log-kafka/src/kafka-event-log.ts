import {
  type EventConsumer,
  type EventLog,
  type EventMessage,
  type EventSubscription,
  PortError,
} from "@scrip/ports";
import type { Admin, Producer } from "kafkajs";
import { Connections } from "./driver/connections.ts";
import { isTopicMissing } from "./driver/driver-errors.ts";
import { Renewed } from "./driver/renewed.ts";
import { checkedLimits, type KafkaLimits } from "./limits.ts";
import type { KafkaEventLogOptions } from "./options.ts";
import { Publisher } from "./publisher.ts";
import { Subscription } from "./subscription/subscription.ts";
import { ensureTopics, topicNames, type TopicNames, type TopicPlan } from "./topics.ts";
import { Wishes } from "./wishes.ts";

/**
 * Event log on Apache Kafka: a shard is a partition, a message is an entry's bytes with its place in the stream beside
 * it. Everything may come twice and nothing here decides what counts: the ledger does, by the stream's position.
 * Brokers acknowledge before they sync, so the outbox stays the truth; what a topic lost is asked for again.
 */
export class KafkaEventLog implements EventLog {
  readonly #options: KafkaEventLogOptions;
  readonly #limits: KafkaLimits;
  readonly #plan: TopicPlan;
  readonly #names: TopicNames;
  readonly #connections: Connections;
  readonly #admin: Renewed<Admin>;
  readonly #producer: Renewed<Producer>;
  readonly #wishProducer: Renewed<Producer>;
  readonly #publisher: Publisher;
  readonly #wishes: Wishes;
  #ensuring: Promise<void> | null = null;
  #subscription: Subscription | null = null;
  #closing: Promise<void> | null = null;
  #failed = false;

  /**
   * Makes the chain's topics, or finds them as they have to be.
   * @throws PortError NOT_OURS for topics of another chain or size, UNAVAILABLE when no broker answers
   */
  static async open(options: KafkaEventLogOptions): Promise<KafkaEventLog> {
    const log = new KafkaEventLog(options);
    try {
      await log.#ensureTopics();
      await log.#wishes.begin();
      return log;
    } catch (error) {
      await log.close();
      throw error;
    }
  }

  private constructor(options: KafkaEventLogOptions) {
    const { chainId, streams, prefix = "scrip", replicas = 1 } = options;
    this.#options = options;
    this.#limits = checkedLimits(options.limits);
    this.#plan = { chainId, streams, prefix, replicas };
    this.#names = topicNames(this.#plan);
    const connections = new Connections(options, this.#limits);
    this.#connections = connections;
    this.#admin = new Renewed(() => connections.admin());
    this.#producer = new Renewed(() => connections.producer());
    this.#wishProducer = new Renewed(() => connections.producer());
    this.#publisher = new Publisher({
      producer: this.#producer,
      topic: this.#names.events,
      chainId,
      limits: this.#limits,
      failed: async (why) => {
        if (isTopicMissing(why)) await this.#ensureTopics().catch(() => undefined);
      },
    });
    this.#wishes = new Wishes({
      connections,
      admin: this.#admin,
      producer: this.#wishProducer,
      topic: this.#names.wishes,
      limits: this.#limits,
      topicLost: () => this.#ensureTopics(),
      silent: (forMs) => options.observer?.silent?.(forMs),
      failed: (error) => this.#fail(error),
    });
  }

  async publish(messages: readonly EventMessage[]): Promise<void> {
    this.#requireOpen();
    const { streams } = this.#plan;
    if (messages.some(({ shard }) => !(shard >= 0 && shard < streams))) {
      throw new PortError("CONTRACT_BROKEN", `event log: it has ${streams} streams`);
    }
    await this.#publisher.publish(messages);
  }

  /** Several processes may subscribe, each once: they share the shards, and each shard has one of them at a time. */
  async subscribe(consumer: EventConsumer): Promise<EventSubscription> {
    this.#requireOpen();
    if (this.#subscription !== null) {
      throw new PortError("CONTRACT_BROKEN", "event log: it has a consumer already");
    }
    const subscription = new Subscription({
      connections: this.#connections,
      admin: this.#admin,
      names: this.#names,
      chainId: this.#plan.chainId,
      streams: this.#plan.streams,
      limits: this.#limits,
      observer: this.#options.observer ?? {},
      consumer,
      ask: (shard, fromSeq) => this.republishFrom(shard, fromSeq),
      topicLost: () => this.#ensureTopics(),
      failed: (error) => this.#fail(error),
    });
    this.#subscription = subscription;
    try {
      await subscription.start();
    } catch (error) {
      this.#subscription = null;
      await subscription.stop();
      throw error;
    }
    return {
      confirm: (shard, nextSeq) => subscription.confirm(shard, nextSeq),
      stop: () => this.#stop(subscription),
    };
  }

  async republishFrom(shard: number, fromSeq: number): Promise<void> {
    this.#requireOpen();
    try {
      await this.#wishes.ask([{ shard, fromSeq }]);
    } catch (error) {
      if (isTopicMissing(error)) await this.#ensureTopics().catch(() => undefined);
      throw error;
    }
  }

  onRepublish(listener: (shard: number, fromSeq: number) => void): () => void {
    return this.#wishes.listen(listener);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#publisher.close();
    if (this.#subscription !== null) await this.#stop(this.#subscription);
    await this.#wishes.close();
    const { closeWithinMs } = this.#limits;
    const connected = [this.#producer, this.#wishProducer, this.#admin];
    await Promise.all(connected.map((one) => one.close(closeWithinMs)));
  }

  async #stop(subscription: Subscription): Promise<void> {
    await subscription.stop();
    if (this.#subscription === subscription) this.#subscription = null;
  }

  /** Whoever makes the topic knows that everything published before is missing in it. */
  #ensureTopics(): Promise<void> {
    this.#ensuring ??= this.#makeTopics().finally(() => (this.#ensuring = null));
    return this.#ensuring;
  }

  async #makeTopics(): Promise<void> {
    const { streams } = this.#plan;
    const created = await this.#admin.use("looking at topics", this.#limits.sendWithinMs, (one) =>
      ensureTopics(one, this.#plan),
    );
    if (!created) return;
    const all = Array.from({ length: streams }, (_, shard) => ({ shard, fromSeq: 0 }));
    await this.#wishes.ask(all);
  }

  /** The first failure is told, once. */
  #fail(error: PortError): void {
    if (this.#failed || this.#closing !== null) return;
    this.#failed = true;
    this.#options.failed?.(error);
  }

  #requireOpen(): void {
    if (this.#closing !== null) throw new PortError("UNAVAILABLE", "event log: closed");
  }
}

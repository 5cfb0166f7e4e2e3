import { randomUUID } from "node:crypto";
import type { PortError } from "@scrip/ports";
import type { Admin, EachBatchPayload, Producer } from "kafkajs";
import type { Connections } from "./driver/connections.ts";
import { portError } from "./driver/driver-errors.ts";
import type { Renewed } from "./driver/renewed.ts";
import { WatchedConsumer } from "./driver/watched-consumer.ts";
import type { KafkaLimits } from "./limits.ts";
import { headerText } from "./message.ts";

type Listener = (shard: number, fromSeq: number) => void;

/** A wish to have a shard published again. */
export interface Wish {
  readonly shard: number;
  readonly fromSeq: number;
}

export interface WishesWiring {
  readonly connections: Connections;
  readonly admin: Renewed<Admin>;
  readonly producer: Renewed<Producer>;
  readonly topic: string;
  readonly limits: KafkaLimits;
  readonly silent: (forMs: number) => void;
  /** The topic is gone; resolves when there is one again. */
  readonly topicLost: () => Promise<void>;
  readonly failed: (error: PortError) => void;
}

const partition = 0;
const senderHeader = "scrip-sender";

/**
 * The way back from writer to relay: a topic of one partition that every relay reads from where it stood when the log
 * was opened. A relay that was not there then begins at its trim point anyway, so nobody needs older wishes.
 */
export class Wishes {
  readonly #wiring: WishesWiring;
  readonly #listeners = new Set<Listener>();
  /** Of this log alone: every relay hears every wish. */
  readonly #group: string;
  readonly #self = randomUUID();
  /** Offset of the next wish to hear; null in a topic that is new. */
  #next: string | null = null;
  #consumer: WatchedConsumer | null = null;
  #listening: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(wiring: WishesWiring) {
    this.#wiring = wiring;
    this.#group = `${wiring.topic}-${this.#self}`;
  }

  /** From here on every wish is heard, whenever a listener comes. */
  async begin(): Promise<void> {
    const { admin, topic, limits } = this.#wiring;
    const [end] = await admin.use("marking where wishes begin", limits.requestWithinMs, (one) =>
      one.fetchTopicOffsets(topic),
    );
    this.#next = end?.high ?? null;
  }

  /** Listeners of this log have heard it when this resolves; others will. @throws PortError UNAVAILABLE */
  async ask(wishes: readonly Wish[]): Promise<void> {
    for (const { shard, fromSeq } of wishes) {
      for (const listener of this.#listeners) listener(shard, fromSeq);
    }
    const { producer, topic, limits } = this.#wiring;
    const messages = wishes.map(({ shard, fromSeq }) => ({
      partition,
      key: String(shard),
      value: JSON.stringify({ shard, fromSeq }),
      headers: { [senderHeader]: this.#self },
    }));
    await producer.use("asking for events again", limits.sendWithinMs, (one) =>
      one.sendBatch({ acks: -1, topicMessages: [{ topic, messages }] }),
    );
  }

  /** @returns the way to stop */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (this.#consumer === null) {
      this.#consumer = this.#newConsumer();
      this.#listening = this.#start(this.#consumer);
    }
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
    const { admin, limits } = this.#wiring;
    await this.#listening;
    await this.#consumer?.stop();
    if (this.#consumer === null) return;
    // Kafka would keep the empty group for days.
    await admin
      .use("leaving", limits.closeWithinMs, (one) => one.deleteGroups([this.#group]))
      .catch(() => undefined);
  }

  async #start(consumer: WatchedConsumer): Promise<void> {
    try {
      await consumer.start();
    } catch (error) {
      if (!this.#closed) this.#wiring.failed(portError("listening to wishes", error));
    }
  }

  #newConsumer(): WatchedConsumer {
    const { connections, limits, topic, silent, failed } = this.#wiring;
    return new WatchedConsumer({
      connections,
      limits,
      group: this.#group,
      topic,
      joined: () => this.#seekNext(),
      batch: (payload) => this.#hear(payload),
      silent,
      topicLost: () => this.#topicLost(),
      failed,
    });
  }

  /** Nothing is committed: where this one stands is nobody else's concern, and it ends with its process. */
  #seekNext(): void {
    const offset = this.#next;
    if (offset === null) return;
    this.#consumer?.current?.seek({ topic: this.#wiring.topic, partition, offset });
  }

  async #hear({ batch }: EachBatchPayload): Promise<void> {
    this.#next = String(BigInt(batch.lastOffset()) + 1n);
    for (const { value, headers = {} } of batch.messages) {
      if (headerText(headers[senderHeader]) === this.#self) continue;
      const wish = wishOf(value);
      if (wish === null) continue;
      for (const listener of this.#listeners) listener(wish.shard, wish.fromSeq);
    }
  }

  async #topicLost(): Promise<void> {
    this.#next = null;
    await this.#wiring.topicLost();
  }
}

function wishOf(value: Buffer | null): Wish | null {
  try {
    const { shard, fromSeq } = JSON.parse(String(value)) as Partial<Wish>;
    if (!Number.isSafeInteger(shard) || !Number.isSafeInteger(fromSeq)) return null;
    return { shard: Number(shard), fromSeq: Number(fromSeq) };
  } catch {
    return null;
  }
}

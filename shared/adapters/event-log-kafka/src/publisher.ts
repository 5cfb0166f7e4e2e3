import { PortError, type EventMessage } from "@scrip/ports";
import type { Producer } from "kafkajs";
import { portError } from "./driver/driver-errors.ts";
import type { Renewed } from "./driver/renewed.ts";
import type { KafkaLimits } from "./limits.ts";
import { toKafka, type KafkaMessage } from "./message.ts";

export interface PublisherWiring {
  readonly producer: Renewed<Producer>;
  readonly topic: string;
  readonly chainId: string;
  readonly limits: KafkaLimits;
  /** A send failed; publications are refused only after this resolved. */
  failed(error: PortError): Promise<void>;
}

/** Publications that one caller waits for. */
interface Publication {
  left: number;
  readonly resolve: () => void;
  readonly reject: (error: PortError) => void;
}

interface Waiting {
  readonly message: KafkaMessage;
  readonly publication: Publication;
}

/**
 * Sends what is published, one send at a time: whatever comes meanwhile goes together with the next one. The messages of
 * a partition are sent in the order in which they came.
 */
export class Publisher {
  readonly #wiring: PublisherWiring;
  readonly #waiting = new Map<number, Waiting[]>();
  readonly #publications = new Set<Publication>();
  #sending = false;
  #closed = false;

  constructor(wiring: PublisherWiring) {
    this.#wiring = wiring;
  }

  /** Resolves when the brokers that must have them have all of them. @throws PortError UNAVAILABLE, CONTRACT_BROKEN, NOT_OURS */
  publish(messages: readonly EventMessage[]): Promise<void> {
    if (this.#closed) throw new PortError("UNAVAILABLE", "event log: closed");
    const { limits, chainId } = this.#wiring;
    if (this.#publications.size >= limits.waitingPublicationsMax) {
      throw new PortError("UNAVAILABLE", "event log: too many publications wait");
    }
    if (messages.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const publication = { left: messages.length, resolve, reject };
      for (const one of messages) {
        const waiting = this.#waiting.get(one.shard) ?? [];
        waiting.push({ message: toKafka(chainId, one), publication });
        this.#waiting.set(one.shard, waiting);
      }
      this.#publications.add(publication);
      if (!this.#sending) void this.#send();
    });
  }

  /** Whoever waits is refused; what is being sent may still arrive. */
  close(): void {
    this.#closed = true;
    this.#refuse(new PortError("UNAVAILABLE", "event log: closed", { outcomeKnown: false }));
  }

  async #send(): Promise<void> {
    this.#sending = true;
    // Streams that are awake at the same time publish at the same time: theirs go together.
    await new Promise(setImmediate);
    for (let next = this.#next(); next.length > 0; next = this.#next()) {
      try {
        await this.#sendOnce(next);
      } catch (error) {
        const told = portError("publishing", error);
        await this.#wiring.failed(told);
        // All of them, not only those sent: what follows a lost message must not overtake it.
        this.#refuse(told);
        continue;
      }
      for (const { publication } of next) {
        publication.left -= 1;
        if (publication.left > 0) continue;
        this.#publications.delete(publication);
        publication.resolve();
      }
    }
    this.#sending = false;
  }

  async #sendOnce(batch: readonly Waiting[]): Promise<void> {
    const { producer, topic, limits } = this.#wiring;
    const messages = batch.map(({ message: { partition, key, value, headers } }) => ({
      partition,
      key,
      value,
      headers,
    }));
    await producer.use("publishing", limits.sendWithinMs, (one) =>
      one.sendBatch({
        acks: -1,
        timeout: limits.requestWithinMs,
        topicMessages: [{ topic, messages }],
      }),
    );
  }

  /** Takes what goes out together: of each partition as much as the topic takes at once. */
  #next(): Waiting[] {
    const { sendPartitionBytesMax, sendPartitionEventsMax } = this.#wiring.limits;
    const next: Waiting[] = [];
    for (const [shard, waiting] of this.#waiting) {
      let [count, bytes] = [0, 0];
      for (const { message } of waiting) {
        bytes += message.bytes;
        if (count > 0 && (count >= sendPartitionEventsMax || bytes > sendPartitionBytesMax)) break;
        count += 1;
      }
      next.push(...waiting.splice(0, count));
      if (waiting.length === 0) this.#waiting.delete(shard);
    }
    return next;
  }

  #refuse(error: PortError): void {
    this.#waiting.clear();
    for (const { reject } of this.#publications) reject(error);
    this.#publications.clear();
  }
}

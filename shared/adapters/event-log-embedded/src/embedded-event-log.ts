import { setMaxListeners } from "node:events";
import {
  type EventConsumer,
  type EventLog,
  type EventMessage,
  type EventSubscription,
  PortError,
} from "@scrip/ports";
import { defaultLimits, type EventLogLimits } from "./limits.ts";
import { RepublishRequests } from "./republish-requests.ts";
import { type Delivery, ShardQueue } from "./shard-queue.ts";

export interface EmbeddedEventLogOptions {
  readonly limits?: Partial<EventLogLimits>;
  /** Hears of a consumer that threw; its messages are offered to it again. Default: nobody hears. */
  readonly takeFailed?: (shard: number, error: unknown) => void;
}

/** The subscription that is not stopped yet, with a delivery running for each shard. */
interface Current {
  readonly delivery: Delivery;
  readonly stopping: AbortController;
  readonly running: Promise<void>[];
}

/**
 * Event log in the process: a bounded queue per shard. It keeps nothing on disk and nothing that was taken: the outbox
 * is the truth. When the process starts, the relay publishes from the trim point; when a consumer starts after another
 * one, the log asks for what that one took and did not confirm.
 */
export class EmbeddedEventLog implements EventLog {
  readonly #limits: EventLogLimits;
  readonly #takeFailed: (shard: number, error: unknown) => void;
  readonly #queues = new Map<number, ShardQueue>();
  readonly #requests = new RepublishRequests();
  #current: Current | null = null;
  #closed = false;

  /** @throws RangeError for a limit that is no positive number. */
  constructor({ limits, takeFailed = () => undefined }: EmbeddedEventLogOptions = {}) {
    this.#limits = { ...defaultLimits, ...limits };
    this.#takeFailed = takeFailed;
    for (const [name, limit] of Object.entries(this.#limits)) {
      if (!(limit > 0)) throw new RangeError(`event log: ${name} is ${limit}`);
    }
  }

  async publish(messages: readonly EventMessage[]): Promise<void> {
    const byShard = new Map<number, EventMessage[]>();
    for (const message of messages) {
      const same = byShard.get(message.shard);
      if (same === undefined) byShard.set(message.shard, [message]);
      else same.push(message);
    }
    this.#requireOpen();
    await Promise.all([...byShard].map(([shard, part]) => this.#queue(shard).publish(part)));
  }

  async subscribe(consumer: EventConsumer): Promise<EventSubscription> {
    this.#requireOpen();
    if (this.#current !== null) {
      throw new PortError("CONTRACT_BROKEN", "event log: it has a consumer already");
    }
    const stopping = new AbortController();
    // Every shard listens to it: as many listeners as shards are no leak.
    setMaxListeners(0, stopping.signal);
    const delivery = { consumer, stopped: stopping.signal, takeFailed: this.#takeFailed };
    const current: Current = { delivery, stopping, running: [] };
    this.#current = current;
    const again = [...this.#queues].map(([shard, queue]) => ({ shard, from: queue.restart() }));
    for (const queue of this.#queues.values()) this.#start(queue);
    for (const { shard, from } of again) if (from !== null) this.#requests.ask(shard, from);
    return {
      confirm: async (shard, nextSeq) => this.#queue(shard).confirm(nextSeq),
      stop: () => this.#stop(current),
    };
  }

  async republishFrom(shard: number, fromSeq: number): Promise<void> {
    this.#requireOpen();
    this.#requests.ask(shard, fromSeq);
  }

  onRepublish(listener: (shard: number, fromSeq: number) => void): () => void {
    return this.#requests.listen(listener);
  }

  /** Resolves when the consumer has taken the last messages given to it; publications that wait are refused. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const queue of this.#queues.values()) queue.close();
    if (this.#current !== null) await this.#stop(this.#current);
  }

  async #stop(subscription: Current): Promise<void> {
    subscription.stopping.abort();
    await Promise.all(subscription.running);
    if (this.#current === subscription) this.#current = null;
  }

  #queue(shard: number): ShardQueue {
    const known = this.#queues.get(shard);
    if (known !== undefined) return known;
    const queue = new ShardQueue(shard, this.#limits);
    this.#queues.set(shard, queue);
    this.#start(queue);
    return queue;
  }

  #start(queue: ShardQueue): void {
    if (this.#current === null) return;
    this.#current.running.push(queue.deliver(this.#current.delivery));
  }

  #requireOpen(): void {
    if (this.#closed) throw new PortError("UNAVAILABLE", "event log: closed");
  }
}

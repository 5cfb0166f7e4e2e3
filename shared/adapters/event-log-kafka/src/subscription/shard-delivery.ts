import { setTimeout as sleep } from "node:timers/promises";
import type { EventConsumer, EventMessage } from "@scrip/ports";
import type { KafkaLimits } from "../limits.ts";

export interface ShardDeliveryWiring {
  readonly shard: number;
  readonly consumer: EventConsumer;
  readonly limits: KafkaLimits;
  readonly stopped: AbortSignal;
  /** The consumer threw; the same messages are offered again after a pause. */
  readonly takeFailed: (shard: number, error: unknown) => void;
  /** There is room again after `isFull`. */
  readonly emptied: (shard: number) => void;
}

/** Messages of one shard that were fetched, on their way to the consumer: in order, one take after the other. */
export class ShardDelivery {
  readonly #wiring: ShardDeliveryWiring;
  #waiting: EventMessage[] = [];
  #bytes = 0;
  #delivering = false;
  #running: Promise<void> = Promise.resolve();
  /** Whoever was told that it is full hears when it no longer is. */
  #wasFull = false;

  constructor(wiring: ShardDeliveryWiring) {
    this.#wiring = wiring;
  }

  /** Resolves when no take runs. */
  get running(): Promise<void> {
    return this.#running;
  }

  /** Whether nothing more of this shard should be fetched for now. */
  get isFull(): boolean {
    const { waitingEventsMax, waitingBytesMax } = this.#wiring.limits;
    const full = this.#waiting.length >= waitingEventsMax || this.#bytes >= waitingBytesMax;
    this.#wasFull ||= full;
    return full;
  }

  arrive(messages: readonly EventMessage[]): void {
    for (const message of messages) this.#bytes += message.bytes.length;
    this.#waiting.push(...messages);
    if (!this.#delivering) this.#running = this.#deliver();
  }

  /** What waits will be fetched again, here or elsewhere. */
  forget(): void {
    this.#waiting = [];
    this.#bytes = 0;
    this.#wasFull = false;
  }

  async #deliver(): Promise<void> {
    this.#delivering = true;
    const { consumer, limits, shard, stopped, takeFailed } = this.#wiring;
    while (!stopped.aborted && this.#waiting.length > 0) {
      const waiting = this.#waiting;
      const messages = waiting.slice(0, limits.deliveryEventsMax);
      try {
        await consumer.take(shard, messages);
      } catch (error) {
        takeFailed(shard, error);
        await pause(limits.takeRetryMs, stopped);
        continue;
      }
      // Forgotten meanwhile, they are no longer the first ones here.
      if (waiting === this.#waiting) this.#taken(messages);
    }
    this.#delivering = false;
  }

  #taken(messages: readonly EventMessage[]): void {
    this.#waiting.splice(0, messages.length);
    for (const message of messages) this.#bytes -= message.bytes.length;
    if (!this.#wasFull || this.isFull) return;
    this.#wasFull = false;
    this.#wiring.emptied(this.#wiring.shard);
  }
}

async function pause(ms: number, stopped: AbortSignal): Promise<void> {
  // An aborted sleep rejects; being woken early is an ordinary end of it.
  await sleep(ms, undefined, { signal: stopped }).catch(() => undefined);
}

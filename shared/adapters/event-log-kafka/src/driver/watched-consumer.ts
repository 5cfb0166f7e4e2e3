import type { PortError } from "@scrip/ports";
import type { Consumer, EachBatchPayload } from "kafkajs";
import type { KafkaLimits } from "../limits.ts";
import type { Connections } from "./connections.ts";
import { within } from "./deadline.ts";
import { portError } from "./driver-errors.ts";

export interface WatchedConsumerWiring {
  readonly connections: Connections;
  readonly limits: KafkaLimits;
  readonly group: string;
  readonly topic: string;
  /** The group gave these partitions, and took all others away. */
  joined(partitions: readonly number[]): void;
  batch(payload: EachBatchPayload): Promise<void>;
  /** It gave no sign of life for so long, and is being replaced. */
  silent(forMs: number): void;
  /** It ended, and nothing here can start it again. */
  failed(error: PortError): void;
}

const watchEveryMs = 500;

/**
 * A consumer of the driver that is replaced when it falls silent: over a connection that swallows everything it waits
 * for ever. Its offsets are committed by hand only.
 */
export class WatchedConsumer {
  readonly #wiring: WatchedConsumerWiring;
  #current: Consumer | null = null;
  #signMs = 0;
  #watch: NodeJS.Timeout | null = null;
  #replacing: Promise<void> | null = null;
  #stopped = false;

  constructor(wiring: WatchedConsumerWiring) {
    this.#wiring = wiring;
  }

  /** The one that is at work; null while it is replaced, and after `stop`. */
  get current(): Consumer | null {
    return this.#current;
  }

  /** @throws PortError when no broker can be reached */
  async start(): Promise<void> {
    await this.#begin();
    this.#watch = setInterval(() => this.#look(), watchEveryMs);
  }

  /** Leaves the group; what it is given from now on is dropped. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#watch !== null) clearInterval(this.#watch);
    const current = this.#current;
    this.#current = null;
    await this.#replacing;
    if (current !== null) await this.#leave(current);
  }

  async #begin(): Promise<void> {
    const { connections, group, topic } = this.#wiring;
    const isCurrent = (): boolean => this.#current === made;
    let made: Consumer | null = null;
    this.#signMs = performance.now();
    try {
      const consumer = await connections.consumer(group, isCurrent);
      made = consumer;
      this.#current = consumer;
      this.#listen(consumer);
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        // A handler only hands over, so there is nothing to gain from more of them at once.
        partitionsConsumedConcurrently: 1,
        eachBatch: async (payload) => {
          if (isCurrent()) await this.#wiring.batch(payload);
        },
      });
    } catch (error) {
      this.#current = null;
      if (made !== null) void this.#leave(made);
      throw portError("starting to consume", error);
    }
  }

  #listen(consumer: Consumer): void {
    const { FETCH, HEARTBEAT, GROUP_JOIN, CRASH } = consumer.events;
    const sign = (): void => {
      if (this.#current === consumer) this.#signMs = performance.now();
    };
    consumer.on(FETCH, sign);
    consumer.on(HEARTBEAT, sign);
    consumer.on(GROUP_JOIN, ({ payload }) => {
      sign();
      const mine = payload.memberAssignment[this.#wiring.topic] ?? [];
      if (this.#current === consumer) this.#wiring.joined(mine);
    });
    consumer.on(CRASH, ({ payload }) => {
      if (this.#current !== consumer || payload.restart) return;
      this.#wiring.failed(portError("consuming", payload.error));
    });
  }

  #look(): void {
    const forMs = performance.now() - this.#signMs;
    if (this.#stopped || this.#replacing !== null || forMs < this.#wiring.limits.silenceMaxMs) {
      return;
    }
    this.#wiring.silent(forMs);
    this.#replacing = this.#replace().finally(() => (this.#replacing = null));
  }

  async #replace(): Promise<void> {
    const old = this.#current;
    this.#current = null;
    // It hangs: whether it leaves its group in order is not waited for.
    if (old !== null) void this.#leave(old);
    try {
      await this.#begin();
    } catch {
      // No broker answers. The watch tries again after the next silence.
      return;
    }
    if (this.#stopped && this.#current !== null) await this.#leave(this.#current);
  }

  async #leave(consumer: Consumer): Promise<void> {
    const { requestWithinMs } = this.#wiring.limits;
    await within(requestWithinMs, "leaving the group", consumer.disconnect()).catch(
      () => undefined,
    );
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import { PortError } from "@scrip/ports";
import type { Consumer, EachBatchPayload } from "kafkajs";
import type { KafkaLimits } from "../limits.ts";
import type { Connections } from "./connections.ts";
import { within } from "./deadline.ts";
import { isTopicMissing, portError } from "./driver-errors.ts";

export interface WatchedConsumerWiring {
  readonly connections: Connections;
  readonly limits: KafkaLimits;
  readonly group: string;
  readonly topic: string;
  /** The group gave these partitions, and took all others away. */
  readonly joined: (partitions: readonly number[]) => void;
  readonly batch: (payload: EachBatchPayload) => Promise<void>;
  /** It gave no sign of life for so long, and is being replaced. */
  readonly silent: (forMs: number) => void;
  /** The topic is gone; resolves when there is one again. */
  readonly topicLost: () => Promise<void>;
  /** It ended, and starting it again cannot help. */
  readonly failed: (error: PortError) => void;
}

const watchEveryMs = 500;

/**
 * A consumer of the driver that is replaced when it crashes, and when it falls silent: over a connection that swallows
 * everything it waits for ever. Its offsets are committed by hand only.
 */
export class WatchedConsumer {
  readonly #wiring: WatchedConsumerWiring;
  readonly #stopped = new AbortController();
  #current: Consumer | null = null;
  #signMs = 0;
  /** Times in a row that it crashed, or could not be started, without a sign of life in between. */
  #crashes = 0;
  #crash: unknown = null;
  #watch: NodeJS.Timeout | null = null;
  #replacing: Promise<void> | null = null;

  constructor(wiring: WatchedConsumerWiring) {
    this.#wiring = wiring;
  }

  /** The one that is at work; null while it is replaced, and after `stop`. */
  get current(): Consumer | null {
    return this.#current;
  }

  /** @throws PortError when no broker can be reached */
  async start(): Promise<void> {
    try {
      await this.#begin();
    } catch (error) {
      // A broker that has just started knows its groups only a moment later.
      await this.#beginAgain(error, this.#wiring.limits.driverRetriesMax);
    }
    this.#watch = setInterval(() => this.#look(), watchEveryMs);
  }

  /** Leaves the group; what it is given from now on is dropped. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    if (this.#watch !== null) clearInterval(this.#watch);
    await this.#replacing;
    const current = this.#current;
    this.#current = null;
    if (current !== null) await this.#leave(current);
  }

  async #begin(): Promise<void> {
    const { connections, group, topic } = this.#wiring;
    this.#signMs = performance.now();
    let made: Consumer | null = null;
    try {
      const consumer = await connections.consumer(group);
      made = consumer;
      this.#current = consumer;
      this.#listen(consumer);
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        // The handler only hands over, so there is nothing to gain from more of them at once.
        partitionsConsumedConcurrently: 1,
        eachBatch: (payload) => this.#handOver(consumer, payload),
      });
      if (this.#current !== consumer) throw this.#crash;
    } catch (error) {
      this.#current = null;
      if (made !== null) void this.#leave(made);
      throw portError("starting to consume", error);
    }
  }

  #listen(consumer: Consumer): void {
    const { FETCH, HEARTBEAT, GROUP_JOIN, CRASH } = consumer.events;
    const sign = (): void => {
      if (this.#current !== consumer) return;
      this.#signMs = performance.now();
      this.#crashes = 0;
    };
    consumer.on(FETCH, sign);
    consumer.on(HEARTBEAT, sign);
    consumer.on(GROUP_JOIN, ({ payload }) => {
      if (this.#current !== consumer) return;
      this.#signMs = performance.now();
      this.#wiring.joined(payload.memberAssignment[this.#wiring.topic] ?? []);
    });
    consumer.on(CRASH, ({ payload }) => {
      if (this.#current !== consumer) return;
      this.#current = null;
      this.#crash = payload.error;
      // While it is being started, whoever starts it sees to it.
      if (this.#watch !== null) this.#startReplacing(payload.error);
    });
  }

  async #handOver(consumer: Consumer, payload: EachBatchPayload): Promise<void> {
    if (this.#current !== consumer) return;
    try {
      await this.#wiring.batch(payload);
    } catch (error) {
      // Nothing there may fail: a broken promise to ourselves.
      this.#wiring.failed(new PortError("CORRUPT", "event log: handing over", { cause: error }));
      throw error;
    }
  }

  #look(): void {
    const forMs = performance.now() - this.#signMs;
    if (this.#replacing !== null || forMs < this.#wiring.limits.silenceMaxMs) return;
    this.#wiring.silent(forMs);
    const old = this.#current;
    this.#current = null;
    // It hangs: whether it leaves its group in order is not waited for.
    if (old !== null) void this.#leave(old);
    this.#startReplacing(null);
  }

  #startReplacing(why: unknown): void {
    if (this.#stopped.signal.aborted || this.#replacing !== null) return;
    this.#replacing = this.#beginAgain(why, Number.POSITIVE_INFINITY)
      .catch((error: unknown) => this.#wiring.failed(portError("consuming", error)))
      .finally(() => (this.#replacing = null));
  }

  /** @throws PortError after so many attempts, or when another one cannot help */
  async #beginAgain(why: unknown, attemptsMax: number): Promise<void> {
    const { limits, topicLost } = this.#wiring;
    let reason = why;
    for (let attempt = 1; !this.#stopped.signal.aborted; attempt++) {
      const told = reason === null ? null : portError("consuming", reason);
      if (told !== null && (!told.retryable || attempt > attemptsMax)) throw told;
      const ms = Math.min(limits.driverRetryMaxMs, limits.restartFirstMs * 2 ** this.#crashes);
      this.#crashes += 1;
      // An aborted sleep rejects; being woken early is an ordinary end of it.
      await sleep(ms, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
      try {
        if (isTopicMissing(reason)) await topicLost();
        if (this.#stopped.signal.aborted) return;
        return await this.#begin();
      } catch (error) {
        reason = error;
      }
    }
  }

  async #leave(consumer: Consumer): Promise<void> {
    const { closeWithinMs } = this.#wiring.limits;
    await within(closeWithinMs, "leaving the group", consumer.disconnect()).catch(() => undefined);
  }
}

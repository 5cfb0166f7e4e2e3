import { setTimeout as sleep } from "node:timers/promises";
import { type EventConsumer, type EventMessage, PortError } from "@scrip/ports";
import type { EventLogLimits } from "./limits.ts";
import { Signal } from "./signal.ts";

/** Whom a shard's messages go to, until `stopped`. */
export interface Delivery {
  readonly consumer: EventConsumer;
  readonly stopped: AbortSignal;
  /** The consumer threw; the same messages are offered again after a pause. */
  readonly takeFailed: (shard: number, error: unknown) => void;
}

/** The messages of one shard between relay and consumer, in the order in which they were published. */
export class ShardQueue {
  readonly #shard: number;
  readonly #limits: EventLogLimits;
  readonly #changed = new Signal();
  /** Published and not taken. While a take runs, its messages are still the first ones here. */
  #waiting: EventMessage[] = [];
  #bytes = 0;
  #beingTaken = 0;
  /** The last publication, settled or not: the next one begins after it. */
  #published: Promise<void> = Promise.resolve();
  #publications = 0;
  /** Counts the times that everything waiting was let go. */
  #resets = 0;
  #closed = false;
  /** Lowest number that ever came here: where delivery began before anything was confirmed. */
  #firstSeq = Number.POSITIVE_INFINITY;
  #takenTo = 0;
  #confirmedTo: number | null = null;

  constructor(shard: number, limits: EventLogLimits) {
    this.#shard = shard;
    this.#limits = limits;
  }

  /**
   * Resolves when all of them wait here. One publication after the other, whatever each one waits for.
   * @throws PortError UNAVAILABLE when too many wait for room already, or at `close`.
   */
  async publish(messages: readonly EventMessage[]): Promise<void> {
    if (this.#publications >= this.#limits.waitingPublicationsMax) {
      throw new PortError("UNAVAILABLE", "event log: too many publications wait for room");
    }
    this.#publications += 1;
    const publication = this.#published.then(() => this.#append(messages));
    this.#published = publication.catch(() => undefined);
    try {
      await publication;
    } finally {
      this.#publications -= 1;
    }
  }

  /** Gives messages to the consumer until it is stopped; resolves when it has taken the last ones. */
  async deliver({ consumer, stopped, takeFailed }: Delivery): Promise<void> {
    const wake = (): void => this.#changed.notify();
    stopped.addEventListener("abort", wake);
    while (!stopped.aborted) {
      const messages = this.#waiting.slice(0, this.#limits.deliveryEventsMax);
      if (messages.length === 0) {
        await this.#changed.next();
        continue;
      }
      this.#beingTaken = messages.length;
      try {
        await consumer.take(this.#shard, messages);
        this.#taken(messages);
      } catch (error) {
        this.#beingTaken = 0;
        takeFailed(this.#shard, error);
        await pause(this.#limits.takeRetryMs, stopped);
      }
    }
    stopped.removeEventListener("abort", wake);
  }

  /** What lies before `nextSeq` need not be delivered any more. */
  confirm(nextSeq: number): void {
    this.#confirmedTo = Math.max(nextSeq, this.#confirmedTo ?? nextSeq);
    this.#keep(this.#waiting.filter(({ seq }, at) => at < this.#beingTaken || seq >= nextSeq));
  }

  /**
   * Makes ready for a new consumer, which begins at the last confirmed position. What the former one took beyond it is
   * no longer here: then nothing waits after this, and the number is returned from which to publish again.
   */
  restart(): number | null {
    const begin = this.#confirmedTo ?? this.#firstSeq;
    if (this.#takenTo <= begin) return null;
    this.#resets += 1;
    this.#takenTo = begin;
    this.#keep([]);
    return begin;
  }

  /** Whoever waits for room is told that the log is gone. */
  close(): void {
    this.#closed = true;
    this.#changed.notify();
  }

  async #append(messages: readonly EventMessage[]): Promise<void> {
    const resets = this.#resets;
    for (const message of messages) {
      while (!this.#closed && resets === this.#resets && this.#isFullFor(message)) {
        await this.#changed.next();
      }
      if (this.#closed) {
        throw new PortError("UNAVAILABLE", "event log: closed", { outcomeKnown: false });
      }
      // These are among those that are published again: after a reset they would come too early.
      if (resets !== this.#resets) return;
      this.#waiting.push(message);
      this.#bytes += message.bytes.length;
      this.#firstSeq = Math.min(this.#firstSeq, message.seq);
      this.#changed.notify();
    }
  }

  #isFullFor({ bytes }: EventMessage): boolean {
    const { shardEventsMax, shardBytesMax } = this.#limits;
    if (this.#waiting.length === 0) return false;
    return this.#waiting.length >= shardEventsMax || this.#bytes + bytes.length > shardBytesMax;
  }

  #taken(messages: readonly EventMessage[]): void {
    this.#beingTaken = 0;
    for (const { seq } of messages) this.#takenTo = Math.max(this.#takenTo, seq + 1);
    this.#keep(this.#waiting.slice(messages.length));
  }

  #keep(messages: EventMessage[]): void {
    this.#waiting = messages;
    this.#bytes = messages.reduce((sum, { bytes }) => sum + bytes.length, 0);
    this.#changed.notify();
  }
}

async function pause(ms: number, stopped: AbortSignal): Promise<void> {
  // An aborted sleep rejects; being woken early is an ordinary end of it.
  await sleep(ms, undefined, { signal: stopped }).catch(() => undefined);
}

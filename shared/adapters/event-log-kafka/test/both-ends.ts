import { setTimeout as sleep } from "node:timers/promises";
import type { EventConsumer, EventLog, EventMessage, EventSubscription } from "@scrip/ports";
import { testMessages } from "@scrip/testing";

interface Stream {
  next: number;
  end: number;
  isRunning: boolean;
  running: Promise<void>;
}

/** Publishes streams of test messages as a relay does: again until it succeeds, and again where it is asked to. */
export class RetryingRelay {
  /** Publications that failed and were made again. */
  failures = 0;
  readonly #log: EventLog;
  readonly #chunk: number;
  readonly #streams: Stream[];
  readonly #unlisten: () => void;
  #stopped = false;

  constructor(log: EventLog, streams: number, chunk = 50) {
    this.#log = log;
    this.#chunk = chunk;
    this.#streams = Array.from({ length: streams }, () => ({
      next: 0,
      end: 0,
      isRunning: false,
      running: Promise.resolve(),
    }));
    this.#unlisten = log.onRepublish((shard, fromSeq) => {
      const stream = this.#streams[shard];
      if (stream !== undefined) stream.next = Math.min(stream.next, fromSeq);
      this.#wake(shard);
    });
  }

  /** So many more messages of each shard are there to be published. */
  addToEach(count: number): void {
    this.#streams.forEach((stream, shard) => {
      stream.end += count;
      this.#wake(shard);
    });
  }

  /** Resolves when everything is published. */
  async idle(): Promise<void> {
    while (this.#streams.some(({ isRunning }) => isRunning)) {
      await Promise.all(this.#streams.map(({ running }) => running));
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unlisten();
    await this.idle();
  }

  #wake(shard: number): void {
    const stream = this.#streams[shard];
    if (stream?.isRunning === false) stream.running = this.#run(shard, stream);
  }

  async #run(shard: number, stream: Stream): Promise<void> {
    stream.isRunning = true;
    while (!this.#stopped && stream.next < stream.end) {
      const from = stream.next;
      const count = Math.min(this.#chunk, stream.end - from);
      stream.next += count;
      try {
        await this.#log.publish(testMessages(shard, { from, count }));
      } catch {
        this.failures += 1;
        stream.next = Math.min(stream.next, from);
        await sleep(50);
      }
    }
    stream.isRunning = false;
  }
}

/** What is on a ledger: it outlives the writers. */
export class TestLedger {
  /** Numbers in the order in which they were written, by shard. */
  readonly written: number[][];

  constructor(streams: number) {
    this.written = Array.from({ length: streams }, () => []);
  }

  next(shard: number): number {
    return this.written[shard]?.length ?? 0;
  }

  /** Resolves when each shard has so many events. */
  async hasOfEach(count: number): Promise<void> {
    while (this.written.some(({ length }) => length < count)) await sleep(10);
  }
}

/**
 * Follows a log as a chain-writer does: writes each number once, asks for what is missing, and confirms what is
 * written as far as it is allowed to.
 */
export class Writer implements EventConsumer {
  /** Messages that were written already when they came. */
  duplicates = 0;
  /** By shard, how many messages it was given. */
  readonly given = new Map<number, number>();
  /** Nothing from this number on is confirmed. */
  confirmBefore = Number.POSITIVE_INFINITY;
  readonly #log: EventLog;
  readonly #ledger: TestLedger;
  #subscription: EventSubscription | null = null;

  private constructor(log: EventLog, ledger: TestLedger) {
    this.#log = log;
    this.#ledger = ledger;
  }

  static async start(log: EventLog, ledger: TestLedger, confirmBefore?: number): Promise<Writer> {
    const writer = new Writer(log, ledger);
    writer.confirmBefore = confirmBefore ?? writer.confirmBefore;
    writer.#subscription = await log.subscribe(writer);
    return writer;
  }

  async stop(): Promise<void> {
    await this.#subscription?.stop();
  }

  async take(shard: number, messages: readonly EventMessage[]): Promise<void> {
    this.given.set(shard, (this.given.get(shard) ?? 0) + messages.length);
    for (const { seq } of messages) {
      const next = this.#ledger.next(shard);
      if (seq === next) this.#ledger.written[shard]?.push(seq);
      else if (seq < next) this.duplicates += 1;
      else await this.#log.republishFrom(shard, next);
    }
    const confirmed = Math.min(this.#ledger.next(shard), this.confirmBefore);
    // A failed confirmation does no harm: the same comes again.
    await this.#subscription?.confirm(shard, confirmed).catch(() => undefined);
  }
}

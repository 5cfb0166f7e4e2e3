import { backoffMs, Bell, type Pause } from "@scrip/application";
import {
  PortError,
  type EventMessage,
  type EventSubscription,
  type Ledger,
  type Outbox,
  type SignedBatch,
  type SubmitResult,
} from "@scrip/ports";
import type { ShardHead } from "@scrip/wire";
import { Confirmer } from "./confirmer.ts";
import {
  batchEventsMax,
  queueBytesMax,
  queueEventsMax,
  submitRetryFirstMs,
  submitRetryMaxMs,
} from "../limits.ts";
import type { Linger } from "./linger.ts";
import { MissingEvents } from "./missing-events.ts";
import type { StopReason, WriterObserver } from "../observer.ts";
import { OwnStream, type Batch } from "./own-stream.ts";
import { signBatch, type Writer } from "./sign-batch.ts";

/** What one shard's writer needs. */
export interface ShardWriterWiring {
  readonly shard: number;
  readonly writer: Writer;
  readonly ledger: Ledger;
  readonly outbox: Outbox;
  readonly observer: WriterObserver;
  readonly pause: Pause;
  readonly linger: Linger;
  republishFrom(shard: number, fromSeq: number): Promise<void>;
  subscription(): EventSubscription | null;
}

/**
 * Brings one shard's events onto the ledger: in order, one batch at a time. The ledger decides what counts; whatever
 * it answers, the own chain is compared at its head before anything is confirmed.
 */
export class ShardWriter {
  readonly #wiring: ShardWriterWiring;
  readonly #stream: OwnStream;
  readonly #confirmer: Confirmer;
  readonly #missing: MissingEvents;
  readonly #work = new Bell();
  readonly #room = new Bell();
  readonly #stopped = new AbortController();
  /** A head of the ledger that the own chain has not been compared with yet. */
  #head: ShardHead | null = null;
  #ended = false;

  constructor(wiring: ShardWriterWiring) {
    const { shard, outbox, observer, pause } = wiring;
    this.#wiring = wiring;
    this.#stream = new OwnStream(wiring.writer.hash);
    this.#confirmer = new Confirmer({
      shard,
      outbox,
      pause,
      subscription: () => wiring.subscription(),
      failed: (error) => observer.failed(shard, error),
      broken: (error) => this.#end(storeBehind(error) ? "STORE_BEHIND" : "BROKEN", String(error)),
    });
    this.#missing = new MissingEvents({
      pause,
      ask: (fromSeq) => wiring.republishFrom(shard, fromSeq),
      asked: (fromSeq, attempt) => observer.missing(shard, fromSeq, attempt),
      failed: (error) => observer.failed(shard, error),
      stopped: this.#stopped.signal,
    });
  }

  /** Queues messages; waits while the queue is full. What is dropped here was never confirmed, so it comes again. */
  async take(messages: readonly EventMessage[]): Promise<void> {
    for (const message of messages) {
      while (!this.#ended && this.#full()) await this.#room.rung();
      if (this.#ended) return;
      this.#accept(message);
    }
  }

  /** Resolves after `stop`, or when the shard stopped by itself. */
  async run(): Promise<void> {
    const confirming = this.#confirmer.run();
    try {
      await this.#write();
    } catch (error) {
      this.#end("BROKEN", String(error));
    }
    this.#ended = true;
    this.#room.ring();
    this.#confirmer.stop();
    this.#missing.found();
    await Promise.all([confirming, this.#missing.asking]);
  }

  /** Submits what is queued, then ends; a failure from now on ends it at once. */
  stop(): void {
    this.#stopped.abort();
    this.#work.ring();
  }

  #full(): boolean {
    return this.#stream.events >= queueEventsMax || this.#stream.bytes >= queueBytesMax;
  }

  #accept(message: EventMessage): void {
    const taken = this.#stream.take(message);
    switch (taken) {
      case "QUEUED":
        this.#missing.found();
        this.#work.ring();
        return;
      case "KNOWN":
        return;
      case "GAP":
      case "DAMAGED":
        this.#missing.from(this.#stream.nextSeq ?? message.seq);
        return;
      case "OTHER_CHAIN":
        this.#end(
          "FORK",
          `event ${message.seq} came with chain ${message.chainBefore}, which does not continue the last`,
        );
        return;
    }
  }

  async #write(): Promise<void> {
    while (!this.#ended) {
      if (this.#head !== null) this.#rebase(this.#head);
      const ready = this.#stream.next();
      if (ready === null) {
        if (this.#stopped.signal.aborted) return;
        await this.#work.rung();
        continue;
      }
      if (ready.messages.length < batchEventsMax) await this.#wiring.linger.wait();
      const batch = this.#stream.next();
      if (batch === null) continue;
      const result = await this.#submit(signBatch(this.#wiring.writer, this.#wiring.shard, batch));
      if (result === null) return;
      this.#obey(result, batch);
    }
  }

  /** Offers the batch until its fate is known; null when that did not happen before `stop`. */
  async #submit(batch: SignedBatch): Promise<SubmitResult | null> {
    const { ledger, observer, pause, shard } = this.#wiring;
    for (let failures = 1; !this.#ended; failures++) {
      try {
        return await ledger.submit(batch);
      } catch (error) {
        if (!(error instanceof PortError && error.retryable)) throw error;
        // It may have been taken: the same batch again is harmless, and the answer then is BEHIND.
        observer.failed(shard, error);
        if (this.#stopped.signal.aborted) return null;
        const bounds = { firstMs: submitRetryFirstMs, maxMs: submitRetryMaxMs };
        await pause(backoffMs(failures, bounds), this.#stopped.signal);
      }
    }
    return null;
  }

  #obey(result: SubmitResult, batch: Batch): void {
    const { observer, shard } = this.#wiring;
    switch (result.kind) {
      case "COMMITTED":
        if (result.head.nextSeq < batch.to.seq) return this.#contradicted(result);
        observer.committed(shard, batch.messages.length);
        this.#head = result.head;
        return;
      case "BEHIND":
        if (result.head.nextSeq <= batch.from.seq) return this.#contradicted(result);
        observer.rebased(shard, result.head.nextSeq);
        this.#head = result.head;
        return;
      case "AHEAD":
        if (result.head.nextSeq >= batch.from.seq) return this.#contradicted(result);
        this.#stream.restartAt(result.head.nextSeq);
        this.#missing.from(result.head.nextSeq);
        this.#room.ring();
        return;
      case "FORK":
        return this.#end(
          "FORK",
          `the ledger has chain ${result.head.chain} before event ${result.head.nextSeq}`,
        );
      case "REFUSED":
        return this.#end("REFUSED", result.reason);
    }
  }

  #contradicted({ kind, head }: SubmitResult): void {
    this.#end("BROKEN", `the ledger answered ${kind}, yet names event ${head.nextSeq} as its next`);
  }

  /** Compares the own chain at the ledger's head; where they agree, everything before it is done. */
  #rebase(head: ShardHead): void {
    switch (this.#stream.compare(head)) {
      case "SAME": {
        const at = this.#stream.dropBefore(head.nextSeq);
        if (at !== null) this.#confirmer.confirm(at);
        this.#head = null;
        break;
      }
      case "LATER":
        // The ledger has all of these. Only their chain is kept, until the messages have caught up with its head.
        this.#stream.dropBefore(head.nextSeq);
        break;
      case "EARLIER":
        // Its answer named a position that this stream has been past: see `#contradicted`.
        throw new Error(`nothing is known here of event ${head.nextSeq}`);
      case "OTHER_CHAIN":
        return this.#end("FORK", `the ledger has another chain before event ${head.nextSeq}`);
    }
    this.#room.ring();
  }

  #end(reason: StopReason, detail: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#wiring.observer.stopped(this.#wiring.shard, reason, detail);
    this.#work.ring();
    this.#room.ring();
  }
}

const storeBehind = (error: unknown): boolean =>
  error instanceof PortError && error.code === "CONTRACT_BROKEN";

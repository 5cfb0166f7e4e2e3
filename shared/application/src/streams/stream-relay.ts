import { PortError, type EventLog, type EventMessage, type StreamPosition } from "@scrip/ports";
import { Bell } from "./bell.ts";
import {
  relayBatchBytesMax,
  relayBatchEventsMax,
  relayRetryFirstMs,
  relayRetryMaxMs,
} from "./limits.ts";
import { backoffMs, type Pause } from "./pause.ts";
import { advance, positionAt, trimmedPast, type Stream } from "./stream.ts";

/** What whoever watches a relay hears. */
export interface RelayObserver {
  published(shard: number, events: number): void;
  /** An attempt failed; the same events are published again after a pause. */
  failed(shard: number, error: unknown): void;
  /** The stream cannot go on without help: its outbox is not what was saved. */
  broken(shard: number, error: unknown): void;
  /** Events were asked for again that the outbox no longer keeps, because the ledger once had them. */
  missing(shard: number, askedSeq: number, keptFromSeq: number): void;
}

/** What one stream needs beside its outbox. */
export interface StreamRelayWiring {
  readonly stream: Stream;
  readonly eventLog: EventLog;
  readonly observer: RelayObserver;
  readonly pause: Pause;
}

/** Publishes one stream, in order and at least once, from its trim point on. */
export class StreamRelay {
  readonly #wiring: StreamRelayWiring;
  readonly #bell = new Bell();
  readonly #stopped = new AbortController();
  #position: StreamPosition | null = null;
  #rewindTo: number | null = null;

  constructor(wiring: StreamRelayWiring) {
    this.#wiring = wiring;
  }

  /** New events were saved. */
  wake(): void {
    this.#bell.ring();
  }

  /** Publishes again from `seq` on, once what is being published has resolved. Of two wishes the earlier one counts. */
  rewind(seq: number): void {
    this.#rewindTo = Math.min(seq, this.#rewindTo ?? seq);
    this.#bell.ring();
  }

  /** Publishes what is still in the outbox, then `run` resolves; a failure from now on ends it at once. */
  stop(): void {
    this.#stopped.abort();
    this.#bell.ring();
  }

  /** Resolves after `stop`, or when the stream is broken. */
  async run(): Promise<void> {
    const { pause, observer, stream } = this.#wiring;
    for (let failures = 0; ;) {
      try {
        const moved = await this.#publishNext();
        failures = 0;
        if (moved) continue;
        if (this.#stopped.signal.aborted) return;
        await this.#bell.rung();
      } catch (error) {
        if (!(error instanceof PortError && error.retryable))
          return observer.broken(stream.shard, error);
        observer.failed(stream.shard, error);
        if (this.#stopped.signal.aborted) return;
        failures += 1;
        const ms = backoffMs(failures, { firstMs: relayRetryFirstMs, maxMs: relayRetryMaxMs });
        await pause(ms, this.#stopped.signal);
      }
    }
  }

  /** Publishes one batch; false at the head of the stream. */
  async #publishNext(): Promise<boolean> {
    const { stream, eventLog, observer } = this.#wiring;
    const at = await this.#start();
    const entries = await stream.outbox.read(stream.shard, at.seq, relayBatchEventsMax);
    if (entries.length === 0) return false;
    const trimPoint = await trimmedPast(stream, at, entries);
    if (trimPoint !== undefined) {
      this.#position = trimPoint;
      return true;
    }
    const messages: EventMessage[] = [];
    let position = at;
    let bytes = 0;
    for (const entry of entries) {
      bytes += entry.bytes.length;
      if (messages.length > 0 && bytes > relayBatchBytesMax) break;
      const next = advance(stream, position, entry);
      messages.push({
        ...entry,
        shard: stream.shard,
        epoch: at.epoch,
        chainBefore: position.chain,
      });
      position = next;
    }
    await eventLog.publish(messages);
    // Only now: a failed publication may or may not have taken place, so it is done again from the same position.
    this.#position = position;
    observer.published(stream.shard, messages.length);
    return true;
  }

  async #start(): Promise<StreamPosition> {
    const { stream, observer } = this.#wiring;
    const asked = this.#rewindTo;
    const here = this.#position ?? (await stream.outbox.trimPoint(stream.shard));
    // What lies ahead is published in any case.
    const back = asked !== null && asked < here.seq;
    const position = back ? await positionAt(stream, asked) : here;
    if (asked !== null && position.seq > asked) observer.missing(stream.shard, asked, position.seq);
    // A wish that came while this one was looked up stays; it is obeyed in the next round.
    if (this.#rewindTo === asked) this.#rewindTo = null;
    this.#position = position;
    return position;
  }
}

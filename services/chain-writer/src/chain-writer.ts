import { systemPause, type Pause } from "@scrip/application";
import type {
  EventConsumer,
  EventLog,
  EventMessage,
  EventSubscription,
  Ledger,
  Outbox,
} from "@scrip/ports";
import { lingerMs as lingerDefaultMs } from "./limits.ts";
import type { WriterObserver } from "./observer.ts";
import { Linger } from "./shard/linger.ts";
import { ShardWriter } from "./shard/shard-writer.ts";
import type { Writer } from "./shard/sign-batch.ts";

export interface ChainWriterWiring {
  readonly eventLog: EventLog;
  readonly ledger: Ledger;
  readonly outbox: Outbox;
  readonly writer: Writer;
  readonly observer: WriterObserver;
  readonly lingerMs?: number;
  readonly pause?: Pause;
}

/**
 * Brings every event from the event log onto the ledger: per shard in order, several shards at once, each event
 * exactly once in effect. It keeps nothing of its own: after a crash the log delivers again what was not confirmed,
 * and the ledger's answers tell what it already has.
 */
export class ChainWriter implements EventConsumer {
  readonly #wiring: ChainWriterWiring;
  readonly #linger: Linger;
  readonly #shards: readonly ShardWriter[];
  #subscription: EventSubscription | null = null;
  #running: readonly Promise<void>[] = [];

  constructor(wiring: ChainWriterWiring) {
    const {
      ledger,
      outbox,
      writer,
      observer,
      lingerMs = lingerDefaultMs,
      pause = systemPause,
      eventLog,
    } = wiring;
    this.#wiring = wiring;
    this.#linger = new Linger(lingerMs, pause);
    this.#shards = Array.from(
      { length: outbox.streams },
      (_, shard) =>
        new ShardWriter({
          shard,
          writer,
          ledger,
          outbox,
          observer,
          pause,
          linger: this.#linger,
          republishFrom: (...args) => eventLog.republishFrom(...args),
          subscription: () => this.#subscription,
        }),
    );
  }

  async start(): Promise<void> {
    // Again after a subscription that failed: the shards run already, and wait.
    if (this.#running.length === 0) this.#running = this.#shards.map((shard) => shard.run());
    this.#subscription = await this.#wiring.eventLog.subscribe(this);
  }

  /** Submits what it has taken and ends. What the ledger does not answer for is delivered again at the next start. */
  async stop(): Promise<void> {
    const delivered = this.#subscription?.stop();
    for (const shard of this.#shards) shard.stop();
    this.#linger.stop();
    await Promise.all([delivered, ...this.#running]);
  }

  async take(shard: number, messages: readonly EventMessage[]): Promise<void> {
    await this.#shards[shard]?.take(messages);
  }
}

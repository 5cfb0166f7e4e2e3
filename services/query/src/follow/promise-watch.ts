import {
  systemPause,
  type OverduePromise,
  type OverduePromises,
  type Pause,
} from "@scrip/application";
import { formatEventId, formatTime } from "@scrip/wire";
import type { FastifyBaseLogger } from "fastify";
import { Counter, Gauge, type Registry } from "prom-client";
import { promiseLookMs, promiseLooksLeftOutMax, promisesLoggedMax } from "../limits.ts";

export interface PromiseWatchWiring {
  readonly promises: OverduePromises;
  /** Whether the verified copy has had all of the ledger: before, what it lacks says nothing. */
  readonly caughtUp: () => boolean;
  readonly logger: FastifyBaseLogger;
  readonly metrics: Registry;
  readonly pause?: Pause;
}

/** Looks for promises that were not kept, counts them, and raises the alarm once for each time that there are some. */
export class PromiseWatch {
  readonly promises: OverduePromises;
  readonly #caughtUp: () => boolean;
  readonly #logger: FastifyBaseLogger;
  readonly #missed: Counter;
  readonly #pause: Pause;
  readonly #stopped = new AbortController();
  #looksLeftOut = 0;
  #counted = 0;
  #alarmed = false;
  #running: Promise<void> = Promise.resolve();

  constructor({ promises, caughtUp, logger, metrics, ...more }: PromiseWatchWiring) {
    this.promises = promises;
    this.#caughtUp = caughtUp;
    this.#logger = logger;
    this.#pause = more.pause ?? systemPause;
    this.#missed = new Counter({
      name: "scrip_receipt_promises_missed_total",
      help: "Events that were not on the ledger when their receipts said they would be.",
      registers: [metrics],
    });
    metrics.registerMetric(
      new Gauge({
        name: "scrip_receipt_promises_overdue",
        help: "Events that are not on the ledger yet although their receipts said so.",
        registers: [],
        collect() {
          this.set(promises.overdue);
        },
      }),
    );
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  /** Looks now, counts and tells. @throws PortError UNAVAILABLE */
  async look(): Promise<void> {
    await this.promises.look();
    this.#missed.inc(this.promises.missed - this.#counted);
    this.#counted = this.promises.missed;
    await this.#tell();
  }

  async #run(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      // A copy that cannot catch up is no reason to be silent for ever.
      if (this.#caughtUp() || this.#looksLeftOut >= promiseLooksLeftOutMax) await this.#tryToLook();
      else this.#looksLeftOut += 1;
      await this.#pause(promiseLookMs, this.#stopped.signal);
    }
  }

  async #tryToLook(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      this.#logger.warn({ err: error }, "could not look for promises that are overdue");
    }
  }

  async #tell(): Promise<void> {
    const { overdue } = this.promises;
    if (overdue > 0 === this.#alarmed) return;
    this.#alarmed = overdue > 0;
    if (!this.#alarmed) {
      this.#logger.info("no promise of a receipt is overdue any longer");
      return;
    }
    const first = (await this.promises.list(promisesLoggedMax)).map(toldOf);
    this.#logger.error({ overdue, first }, "promises of receipts are overdue");
  }
}

/** An overdue promise as operators are told of it. */
export const toldOf = ({ shard, seq, eventId, dueMs }: OverduePromise) => ({
  shard,
  seq,
  eventId: formatEventId(eventId),
  dueAt: formatTime(dueMs),
});

import type { SweepObserver, Swept } from "@scrip/application";
import type { FastifyBaseLogger } from "fastify";
import { Counter, Gauge, type Registry } from "prom-client";

export interface SweepWatchWiring {
  readonly logger: FastifyBaseLogger;
  readonly metrics: Registry;
}

/** Turns what a sweeper does into metrics and log lines. */
export class SweepWatch implements SweepObserver {
  readonly #logger: FastifyBaseLogger;
  readonly #swept: Counter<"kind">;
  readonly #unlisted: Counter;
  readonly #failures: Counter;
  readonly #overdue: Gauge;

  constructor({ logger, metrics }: SweepWatchWiring) {
    const registers = [metrics];
    this.#logger = logger;
    this.#swept = new Counter({
      name: "scrip_swept_total",
      help: "Cards that expired and operations that closed without anybody touching them.",
      labelNames: ["kind"],
      registers,
    });
    this.#unlisted = new Counter({
      name: "scrip_wallet_entries_dropped_total",
      help: "Entries dropped from the wallet index, of cards that are not in that wallet and have ended.",
      registers,
    });
    this.#failures = new Counter({
      name: "scrip_sweep_failures_total",
      help: "Shards that could not be swept; they have their turn again.",
      registers,
    });
    this.#overdue = new Gauge({
      name: "scrip_oldest_due_seconds",
      help: "How long the longest overdue card or operation was due after the last round.",
      registers,
    });
  }

  swept(_shard: number, { cards, operations }: Swept): void {
    this.#swept.inc({ kind: "card" }, cards);
    this.#swept.inc({ kind: "operation" }, operations);
  }

  unlisted(_shard: number, entries: number): void {
    this.#unlisted.inc(entries);
  }

  failed(shard: number, error: unknown): void {
    this.#failures.inc();
    this.#logger.warn({ shard, err: error }, "could not sweep, trying again");
  }

  overdue(ms: number): void {
    this.#overdue.set(ms / 1_000);
  }
}

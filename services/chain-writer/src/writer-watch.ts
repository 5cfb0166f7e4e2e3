import type { ReadinessCheck } from "@scrip/service-kit";
import type { FastifyBaseLogger } from "fastify";
import { Counter, Gauge, type Registry } from "prom-client";
import { republishAlarmAttempts } from "./limits.ts";
import type { StopReason, WriterObserver } from "./observer.ts";

export interface WriterWatchWiring {
  readonly logger: FastifyBaseLogger;
  readonly metrics: Registry;
}

/** Turns what happens to a chain-writer into metrics, log lines and readiness. */
export class WriterWatch implements WriterObserver, ReadinessCheck {
  readonly name = "chain-writer";
  readonly #logger: FastifyBaseLogger;
  readonly #events: Counter;
  readonly #batches: Counter;
  readonly #failures: Counter;
  readonly #rebases: Counter;
  readonly #stopped: Gauge<"shard" | "reason">;
  /** Shards that stopped, and why. */
  readonly #stops = new Map<number, StopReason>();
  /** Shards that wait for events which do not come. */
  readonly #waiting = new Map<number, number>();

  constructor({ logger, metrics }: WriterWatchWiring) {
    const counter = (name: string, help: string) =>
      new Counter({ name, help, registers: [metrics] });
    this.#logger = logger;
    this.#events = counter(
      "scrip_writer_committed_events_total",
      "Events committed in batches of this writer.",
    );
    this.#batches = counter(
      "scrip_writer_committed_batches_total",
      "Batches of this writer that were committed.",
    );
    this.#failures = counter(
      "scrip_writer_failures_total",
      "Attempts that failed and were made again.",
    );
    this.#rebases = counter(
      "scrip_writer_rebases_total",
      "Times that the ledger had more than was known here.",
    );
    this.#stopped = new Gauge({
      name: "scrip_writer_stopped_shards",
      help: "Shards that stopped and need a human.",
      labelNames: ["shard", "reason"],
      registers: [metrics],
    });
  }

  committed(shard: number, events: number): void {
    this.#events.inc(events);
    this.#batches.inc();
    this.#waiting.delete(shard);
  }

  rebased(shard: number, nextSeq: number): void {
    this.#rebases.inc();
    this.#logger.info({ shard, nextSeq }, "the ledger is further than was known here");
  }

  failed(shard: number, error: unknown): void {
    this.#failures.inc();
    this.#logger.warn({ shard, err: error }, "an attempt failed, trying again");
  }

  missing(shard: number, fromSeq: number, attempt: number): void {
    this.#waiting.set(shard, attempt);
    const line = { shard, fromSeq, attempt };
    if (attempt < republishAlarmAttempts)
      this.#logger.info(line, "asked for events that did not come");
    else this.#logger.error(line, "events that were asked for do not come");
  }

  stopped(shard: number, reason: StopReason, detail: string): void {
    this.#stops.set(shard, reason);
    this.#stopped.set({ shard, reason }, 1);
    this.#logger.error({ shard, reason, detail }, "chain-writer of this shard stopped");
  }

  check(): Promise<string | undefined> {
    const stopped = [...this.#stops].map(([shard, reason]) => `shard ${shard} stopped: ${reason}`);
    const waiting = [...this.#waiting]
      .filter(([, attempt]) => attempt >= republishAlarmAttempts)
      .map(([shard]) => `shard ${shard} waits for lost events`);
    return Promise.resolve([...stopped, ...waiting].join("; ") || undefined);
  }
}

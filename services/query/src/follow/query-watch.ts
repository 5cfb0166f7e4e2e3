import { FollowerError, type FollowedBlock } from "@scrip/ledger-state";
import type { Clock } from "@scrip/ports";
import type { ReadinessCheck } from "@scrip/service-kit";
import type { SealEntry } from "@scrip/wire";
import type { FastifyBaseLogger } from "fastify";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { rejectionsLoggedMax } from "../limits.ts";
import type { FollowObserver } from "./follow-ledger.ts";
import { Lag } from "./lag.ts";

export interface QueryWatchWiring {
  readonly clock: Clock;
  readonly logger: FastifyBaseLogger;
  readonly metrics: Registry;
}

/** What following has come to, for `GET /v1/ledger/status`. */
export interface FollowReport {
  readonly state: "FOLLOWING" | "STOPPED";
  /** Why it stopped. */
  readonly reason: string | null;
  /** Rejected events and operation keys with a second effect, seen since the process started. */
  readonly rejections: number;
  readonly repeatedOperations: number;
  /** From accepted to verified here, of the newest events, milliseconds; null before the first. */
  readonly lagMs: { readonly p50: number | null; readonly p99: number | null };
}

const lagBucketsS = [0.025, 0.05, 0.1, 0.15, 0.25, 0.4, 0.75, 1.5, 5, 30];

/** Turns what a following learns into metrics, log lines, readiness and a report. */
export class QueryWatch implements FollowObserver, ReadinessCheck {
  readonly name = "ledger";
  readonly #clock: Clock;
  readonly #logger: FastifyBaseLogger;
  readonly #startedAtMs: number;
  readonly #lag = new Lag();
  readonly #lags: Histogram;
  readonly #rejected: Counter<"reason">;
  readonly #repeated: Counter;
  readonly #failures: Counter;
  #seal: SealEntry | null = null;
  #size = 0;
  #rejections = 0;
  #repeatedOperations = 0;
  #caughtUp = false;
  #reason: string | null = null;

  constructor({ clock, logger, metrics }: QueryWatchWiring) {
    const registers = [metrics];
    this.#clock = clock;
    this.#logger = logger;
    this.#startedAtMs = clock.nowMs();
    this.#lags = new Histogram({
      name: "scrip_committed_lag_seconds",
      help: "Time from an event's acceptance until it was verified here.",
      buckets: lagBucketsS,
      registers,
    });
    this.#rejected = new Counter({
      name: "scrip_ledger_rejections_total",
      help: "Events in the log that the rules refused.",
      labelNames: ["reason"],
      registers,
    });
    this.#repeated = new Counter({
      name: "scrip_ledger_repeated_operations_total",
      help: "Operation keys with a second effect.",
      registers,
    });
    this.#failures = new Counter({
      name: "scrip_follow_failures_total",
      help: "Attempts to follow the ledger that failed and were made again.",
      registers,
    });
    this.#gauge(
      metrics,
      ["scrip_ledger_height", "Height of the last verified block."],
      (seal) => seal.height,
    );
    this.#gauge(metrics, ["scrip_ledger_cards", "Cards on the ledger."], (seal) => seal.cards);
    this.#gauge(metrics, ["scrip_ledger_law_gauge", "Law 1, left minus right: always 0."], (seal) =>
      Number(seal.lawGauge),
    );
    this.#gauge(
      metrics,
      ["scrip_ledger_block_age_seconds", "Time since the last verified block was sealed."],
      (seal) => Math.max(0, this.#clock.nowMs() - seal.timeMs) / 1000,
    );
    this.#gauge(metrics, ["scrip_follow_stopped", "1 after something was found wrong."], () =>
      this.#reason === null ? 0 : 1,
    );
  }

  followed({ seal, size, events, repeatedOperations }: FollowedBlock): void {
    this.#seal = seal;
    this.#size = size;
    const nowMs = this.#clock.nowMs();
    // Of blocks from before this process the delay would tell how long it was away.
    const fresh = seal.timeMs >= this.#startedAtMs;
    for (const { entry, reason } of events) {
      if (fresh && entry !== null) this.#observeLag(nowMs - entry.event.atMs);
      if (reason !== null) this.#rejected.inc({ reason });
    }
    this.#tellRejections(seal.height, events);
    if (repeatedOperations.length === 0) return;
    this.#repeatedOperations += repeatedOperations.length;
    this.#repeated.inc(repeatedOperations.length);
    this.#logger.error(
      { repeatedOperations, height: seal.height },
      "operations with a second effect",
    );
  }

  /** Everything that the ledger had is verified. */
  caughtUp(): void {
    this.#caughtUp = true;
  }

  failed(error: unknown): void {
    this.#failures.inc();
    this.#logger.warn({ err: error }, "could not follow the ledger, trying again");
  }

  stopped(error: unknown): void {
    this.#reason = error instanceof Error ? error.message : String(error);
    const place = error instanceof FollowerError ? { code: error.code, height: error.height } : {};
    this.#logger.error(
      { ...place, err: error },
      "following stopped: the ledger is not to be believed",
    );
  }

  check(): Promise<string | undefined> {
    if (this.#reason !== null) return Promise.resolve(`stopped: ${this.#reason}`);
    return Promise.resolve(
      this.#caughtUp ? undefined : `catching up, ${this.#size} entries verified`,
    );
  }

  report(): FollowReport {
    return {
      state: this.#reason === null ? "FOLLOWING" : "STOPPED",
      reason: this.#reason,
      rejections: this.#rejections,
      repeatedOperations: this.#repeatedOperations,
      lagMs: { p50: this.#lag.quantile(0.5), p99: this.#lag.quantile(0.99) },
    };
  }

  #tellRejections(height: number, events: FollowedBlock["events"]): void {
    const rejected = events.filter(({ reason }) => reason !== null);
    if (rejected.length === 0) return;
    this.#rejections += rejected.length;
    const first = rejected
      .slice(0, rejectionsLoggedMax)
      .map(({ eventId, reason }) => ({ eventId, reason }));
    this.#logger.error(
      { height, rejections: rejected.length, first },
      "the ledger rejected events",
    );
  }

  #observeLag(ms: number): void {
    this.#lag.add(Math.max(0, ms));
    this.#lags.observe(Math.max(0, ms) / 1000);
  }

  #gauge(
    metrics: Registry,
    [name, help]: [string, string],
    read: (seal: SealEntry) => number,
  ): void {
    const current = () => (this.#seal === null ? undefined : read(this.#seal));
    metrics.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          const value = current();
          if (value !== undefined) this.set(value);
        },
      }),
    );
  }
}

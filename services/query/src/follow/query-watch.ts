import { FollowerError, type FollowedBlock } from "@scrip/ledger-state";
import type { Clock } from "@scrip/ports";
import type { ReadinessCheck } from "@scrip/service-kit";
import type { SealEntry } from "@scrip/wire";
import type { FastifyBaseLogger } from "fastify";
import type { Registry } from "prom-client";
import { catchUpSayMs, rejectionsLoggedMax } from "../limits.ts";
import type { FollowObserver } from "./follow-ledger.ts";
import { FollowMetrics } from "./follow-metrics.ts";
import { Lag } from "./lag.ts";

export interface QueryWatchWiring {
  readonly clock: Clock;
  readonly logger: FastifyBaseLogger;
  readonly metrics: Registry;
}

/** What following has come to since the process started, for `GET /v1/ledger/status`. */
export interface FollowReport {
  /** Rejected events. */
  readonly rejections: number;
  /** From accepted to verified here, of the newest events, milliseconds; null before the first. */
  readonly lagP50Ms: number | null;
}

/** Entries that a copy has, and that the ledger said it has when it was last asked. */
export interface CatchingUp {
  readonly verified: number;
  readonly of: number;
}

/** Turns what a following learns into metrics, log lines, readiness and a report. */
export class QueryWatch implements FollowObserver, ReadinessCheck {
  readonly name = "ledger";
  readonly #clock: Clock;
  readonly #logger: FastifyBaseLogger;
  readonly #metrics: FollowMetrics;
  readonly #startedAtMs: number;
  readonly #lag = new Lag();
  #seal: SealEntry | null = null;
  #behind = 0;
  #ledgerSize = 0;
  #rejections = 0;
  #caughtUp = false;
  readonly #waiting = new Set<() => void>();
  #saidAtMs: number;
  #reason: string | null = null;

  constructor({ clock, logger, metrics }: QueryWatchWiring) {
    this.#clock = clock;
    this.#logger = logger;
    this.#startedAtMs = clock.nowMs();
    this.#saidAtMs = this.#startedAtMs;
    this.#metrics = new FollowMetrics(metrics, {
      seal: () => this.#seal,
      nowMs: () => clock.nowMs(),
      behind: () => this.#behind,
      stopped: () => this.#reason !== null,
    });
  }

  followed({ seal, events, repeatedOperations }: FollowedBlock): void {
    this.#seal = seal;
    const nowMs = this.#clock.nowMs();
    // Of blocks from before this process the delay would tell how long it was away.
    const fresh = seal.timeMs >= this.#startedAtMs;
    for (const { entry, reason } of events) {
      if (fresh && entry !== null) this.#observeLag(nowMs - entry.event.atMs);
      if (reason !== null) this.#metrics.rejected.inc({ reason });
    }
    this.#tellRejections(seal.height, events);
    if (repeatedOperations.length === 0) return;
    this.#metrics.repeated.inc(repeatedOperations.length);
    this.#logger.error(
      { repeatedOperations, height: seal.height },
      "operations with a second effect",
    );
  }

  heard(ledgerSize: number, verifiedSize: number): void {
    this.#behind = ledgerSize - verifiedSize;
    this.#ledgerSize = ledgerSize;
    const nowMs = this.#clock.nowMs();
    if (this.#caughtUp || nowMs - this.#saidAtMs < catchUpSayMs) return;
    this.#saidAtMs = nowMs;
    this.#logger.warn({ verifiedSize, ledgerSize }, "catching up with the ledger");
  }

  caughtUp(): void {
    this.#caughtUp = true;
    for (const tell of this.#waiting) tell();
    this.#waiting.clear();
  }

  /** Resolves once the copy has had everything of the ledger; never where that does not come to pass. */
  async untilCaughtUp(): Promise<void> {
    if (!this.#caughtUp) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** Whether the copy has had everything of the ledger once since the process started. */
  get hasCaughtUp(): boolean {
    return this.#caughtUp;
  }

  /**
   * How far the copy is on its way to have had everything of the ledger once since the process started; null after that.
   * @param verified entries that the copy has
   */
  catchingUp(verified: number): CatchingUp | null {
    return this.#caughtUp ? null : { verified, of: Math.max(verified, this.#ledgerSize) };
  }

  failed(error: unknown): void {
    this.#metrics.failures.inc();
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
    return Promise.resolve(this.#unready());
  }

  report(): FollowReport {
    return { rejections: this.#rejections, lagP50Ms: this.#lag.quantile(0.5) };
  }

  #unready(): string | undefined {
    if (this.#reason !== null) return `stopped: ${this.#reason}`;
    // What a quorum has signed cannot go away: such a ledger is an old copy, or another one.
    if (this.#behind < 0)
      return `the ledger shows ${-this.#behind} entries fewer than are verified here`;
    return this.#caughtUp ? undefined : `catching up, ${this.#behind} entries to go`;
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
    this.#metrics.lag.observe(Math.max(0, ms) / 1000);
  }
}

import type { SealEntry } from "@scrip/wire";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** What the gauges read when they are asked. */
export interface FollowGauges {
  /** Of the last block taken since the process started; null before it. */
  readonly seal: () => SealEntry | null;
  readonly nowMs: () => number;
  /** Entries the ledger says it has, less those verified. */
  readonly behind: () => number;
  readonly stopped: () => boolean;
}

const lagBucketsS = [0.025, 0.05, 0.1, 0.15, 0.25, 0.4, 0.75, 1.5, 5, 30];

/** Metrics of following the ledger. */
export class FollowMetrics {
  readonly lag: Histogram;
  readonly rejected: Counter<"reason">;
  readonly repeated: Counter;
  readonly failures: Counter;

  constructor(metrics: Registry, { seal, nowMs, behind, stopped }: FollowGauges) {
    const registers = [metrics];
    this.lag = new Histogram({
      name: "scrip_committed_lag_seconds",
      help: "Time from an event's acceptance until it was verified here.",
      buckets: lagBucketsS,
      registers,
    });
    this.rejected = new Counter({
      name: "scrip_ledger_rejections_total",
      help: "Events in the log that the rules refused.",
      labelNames: ["reason"],
      registers,
    });
    this.repeated = new Counter({
      name: "scrip_ledger_repeated_operations_total",
      help: "Operation keys with a second effect.",
      registers,
    });
    this.failures = new Counter({
      name: "scrip_follow_failures_total",
      help: "Attempts to follow the ledger that failed and were made again.",
      registers,
    });
    const gauge = (name: string, help: string, read: () => number | undefined): void =>
      addGauge(metrics, { name, help, read });
    gauge("scrip_ledger_height", "Height of the last verified block.", () => seal()?.height);
    gauge("scrip_ledger_cards", "Cards on the ledger.", () => seal()?.cards);
    gauge("scrip_ledger_law_gauge", "Law 1, left minus right: always 0.", () => {
      const last = seal();
      return last === null ? undefined : Number(last.lawGauge);
    });
    gauge(
      "scrip_ledger_block_age_seconds",
      "Time since the last verified block was sealed.",
      () => {
        const last = seal();
        return last === null ? undefined : Math.max(0, nowMs() - last.timeMs) / 1000;
      },
    );
    gauge(
      "scrip_follow_behind_entries",
      "Entries the ledger says it has, less those verified.",
      behind,
    );
    gauge("scrip_follow_stopped", "1 after something was found wrong.", () => Number(stopped()));
  }
}

interface ReadGauge {
  readonly name: string;
  readonly help: string;
  /** Undefined: nothing to tell yet. */
  readonly read: () => number | undefined;
}

function addGauge(metrics: Registry, { name, help, read }: ReadGauge): void {
  const gauge = new Gauge({
    name,
    help,
    registers: [],
    collect() {
      const value = read();
      if (value !== undefined) this.set(value);
    },
  });
  metrics.registerMetric(gauge);
}

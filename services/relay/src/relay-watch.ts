import type { RelayObserver } from "@scrip/application";
import type { Outbox } from "@scrip/ports";
import type { ReadinessCheck } from "@scrip/service-kit";
import type { FastifyBaseLogger } from "fastify";
import { Counter, Gauge, type Registry } from "prom-client";

export interface RelayWatchWiring {
  readonly outbox: Outbox;
  readonly logger: FastifyBaseLogger;
  readonly metrics: Registry;
}

/** Turns what happens to a relay into metrics, log lines and readiness. */
export class RelayWatch implements RelayObserver, ReadinessCheck {
  readonly name = "relay";
  readonly #logger: FastifyBaseLogger;
  readonly #published: Counter;
  readonly #failures: Counter;
  readonly #broken = new Set<number>();

  constructor({ outbox, logger, metrics }: RelayWatchWiring) {
    const registers = [metrics];
    this.#logger = logger;
    this.#published = new Counter({
      name: "scrip_relay_published_events_total",
      help: "Events published to the event log, repetitions included.",
      registers,
    });
    this.#failures = new Counter({
      name: "scrip_relay_failures_total",
      help: "Publications that failed and were made again.",
      registers,
    });
    const broken = this.#broken;
    metrics.registerMetric(
      new Gauge({
        name: "scrip_relay_broken_streams",
        help: "Streams that stopped because their outbox is not what was saved.",
        registers: [],
        collect() {
          this.set(broken.size);
        },
      }),
    );
    metrics.registerMetric(outboxDepth(outbox));
  }

  published(_shard: number, events: number): void {
    this.#published.inc(events);
  }

  failed(shard: number, error: unknown): void {
    this.#failures.inc();
    this.#logger.warn({ shard, err: error }, "could not publish, trying again");
  }

  broken(shard: number, error: unknown): void {
    this.#broken.add(shard);
    this.#logger.error({ shard, err: error }, "relay of this shard stopped");
  }

  missing(shard: number, askedSeq: number, keptFromSeq: number): void {
    this.#logger.error(
      { shard, askedSeq, keptFromSeq },
      "the outbox no longer keeps what is asked for",
    );
  }

  check(): Promise<string | undefined> {
    const shards = [...this.#broken].join(", ");
    return Promise.resolve(shards === "" ? undefined : `stopped for shard ${shards}`);
  }
}

function outboxDepth(outbox: Outbox): Gauge<"shard"> {
  return new Gauge({
    name: "scrip_outbox_depth_events",
    help: "Events saved and not yet known to be on the ledger.",
    labelNames: ["shard"],
    registers: [],
    async collect() {
      for (let shard = 0; shard < outbox.streams; shard++) {
        const [next, kept] = await Promise.all([outbox.nextSeq(shard), outbox.trimPoint(shard)]);
        this.set({ shard }, next - kept.seq);
      }
    },
  });
}

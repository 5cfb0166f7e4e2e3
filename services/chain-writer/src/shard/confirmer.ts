import { backoffMs, Bell, type Pause } from "@scrip/application";
import { PortError, type EventSubscription, type Outbox, type StreamPosition } from "@scrip/ports";
import { submitRetryFirstMs, submitRetryMaxMs } from "../limits.ts";

export interface ConfirmerWiring {
  readonly shard: number;
  readonly outbox: Outbox;
  readonly pause: Pause;
  subscription(): EventSubscription | null;
  failed(error: unknown): void;
  /** Trying again cannot help. */
  broken(error: unknown): void;
}

/**
 * Tells event log and outbox how far the ledger has a shard's stream, beside the submissions and not between them.
 * Only the newest position counts: when several batches commit while one confirmation runs, they share the next.
 */
export class Confirmer {
  readonly #wiring: ConfirmerWiring;
  readonly #bell = new Bell();
  readonly #stopped = new AbortController();
  #wanted: StreamPosition | null = null;

  constructor(wiring: ConfirmerWiring) {
    this.#wiring = wiring;
  }

  /** Everything before `position` is on the ledger, and the own chain was found there. */
  confirm(position: StreamPosition): void {
    this.#wanted = position;
    this.#bell.ring();
  }

  /** Confirms what is known, once; then `run` resolves. */
  stop(): void {
    this.#stopped.abort();
    this.#bell.ring();
  }

  async run(): Promise<void> {
    for (let failures = 0; ;) {
      const position = this.#wanted;
      if (position === null) {
        if (this.#stopped.signal.aborted) return;
        await this.#bell.rung();
        continue;
      }
      try {
        await this.#wiring.subscription()?.confirm(this.#wiring.shard, position.seq);
        await this.#wiring.outbox.trim(this.#wiring.shard, position);
        failures = 0;
        if (this.#wanted === position) this.#wanted = null;
      } catch (error) {
        if (!(error instanceof PortError && error.retryable)) return this.#wiring.broken(error);
        this.#wiring.failed(error);
        // Unconfirmed is harmless: the same events come again, and the ledger takes none twice.
        if (this.#stopped.signal.aborted) return;
        failures += 1;
        const bounds = { firstMs: submitRetryFirstMs, maxMs: submitRetryMaxMs };
        await this.#wiring.pause(backoffMs(failures, bounds), this.#stopped.signal);
      }
    }
  }
}

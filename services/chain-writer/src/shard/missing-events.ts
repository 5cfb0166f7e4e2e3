import { backoffMs, type Pause } from "@scrip/application";
import { submitRetryFirstMs, submitRetryMaxMs } from "../limits.ts";

export interface MissingEventsWiring {
  readonly pause: Pause;
  readonly stopped: AbortSignal;
  ask(fromSeq: number): Promise<void>;
  asked(fromSeq: number, attempt: number): void;
  failed(error: unknown): void;
}

/** Asks for events that the log lost, again and again with growing pauses, until they come. */
export class MissingEvents {
  readonly #wiring: MissingEventsWiring;
  #fromSeq: number | null = null;
  #asking: Promise<void> | null = null;

  constructor(wiring: MissingEventsWiring) {
    this.#wiring = wiring;
  }

  /** Resolves when nothing is being asked for. */
  get asking(): Promise<void> {
    return this.#asking ?? Promise.resolve();
  }

  /** The next event wanted is `fromSeq`; it did not come. */
  from(fromSeq: number): void {
    this.#fromSeq = fromSeq;
    this.#asking ??= this.#ask();
  }

  /** The event wanted came. */
  found(): void {
    this.#fromSeq = null;
  }

  async #ask(): Promise<void> {
    for (let attempt = 1; this.#fromSeq !== null && !this.#wiring.stopped.aborted; attempt++) {
      const fromSeq = this.#fromSeq;
      this.#wiring.asked(fromSeq, attempt);
      await this.#wiring.ask(fromSeq).catch((error: unknown) => this.#wiring.failed(error));
      const bounds = { firstMs: submitRetryFirstMs, maxMs: submitRetryMaxMs };
      await this.#wiring.pause(backoffMs(attempt, bounds), this.#wiring.stopped);
    }
    this.#asking = null;
  }
}

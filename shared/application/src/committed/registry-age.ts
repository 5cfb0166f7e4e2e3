import type { Clock, Outbox } from "@scrip/ports";

export interface RegistryAgeWiring {
  /** The card store's, where control events stand before they are anywhere else. */
  readonly outbox: Pick<Outbox, "streams" | "nextSeq">;
  readonly clock: Clock;
}

/**
 * How old what a process knows of the control stream is. When nothing stands in the stream that it does not know, its
 * knowledge is as new as that look, however long the ledger, or who follows it, says nothing: no other event can have
 * been committed. So checkouts go on while the ledger stands still, and stop where a change may pass them by.
 */
export class RegistryAge {
  readonly #wiring: RegistryAgeWiring;
  #knownTo = 0;
  #currentAtMs: number | null = null;
  /** The first look that found more than is known. */
  #open: { readonly atMs: number; readonly nextSeq: number } | null = null;

  constructor(wiring: RegistryAgeWiring) {
    this.#wiring = wiring;
  }

  /** Milliseconds; null before everything that stood in the stream was known once. */
  get ms(): number | null {
    const { clock } = this.#wiring;
    return this.#currentAtMs === null ? null : Math.max(0, clock.nowMs() - this.#currentAtMs);
  }

  /** All events of the control stream before this number are known. */
  known(nextSeq: number): void {
    // A copy that is made anew has fewer for a while; what is known stays known.
    this.#knownTo = Math.max(this.#knownTo, nextSeq);
    this.#settle();
  }

  /** Sees how far the stream has come. @throws PortError UNAVAILABLE */
  async look(): Promise<void> {
    const { outbox, clock } = this.#wiring;
    const atMs = clock.nowMs();
    const nextSeq = await outbox.nextSeq(outbox.streams - 1);
    this.#open ??= { atMs, nextSeq };
    this.#settle();
  }

  #settle(): void {
    if (this.#open === null || this.#open.nextSeq > this.#knownTo) return;
    this.#currentAtMs = this.#open.atMs;
    this.#open = null;
  }
}

import { finalityWaitersMax } from "./limits.ts";

interface Waiter {
  readonly release: () => void;
}

/** Requests that wait until something is known of their events. */
export class FinalityWaiters {
  readonly #waiters = new Map<string, Set<Waiter>>();
  #waiting = 0;

  /** Requests that wait now. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Whether no more may wait. */
  get full(): boolean {
    return this.#waiting >= finalityWaitersMax;
  }

  /** Resolves when the event is released, or after `timeoutMs`. Registered in the very call. */
  wait(eventId: string, timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const waiters = this.#waiters.get(eventId) ?? new Set();
      const waiter: Waiter = {
        release: () => {
          clearTimeout(timer);
          waiters.delete(waiter);
          if (waiters.size === 0) this.#waiters.delete(eventId);
          this.#waiting -= 1;
          resolve();
        },
      };
      const timer = setTimeout(waiter.release, timeoutMs);
      waiters.add(waiter);
      this.#waiters.set(eventId, waiters);
      this.#waiting += 1;
    });
  }

  release(eventId: string): void {
    for (const waiter of this.#waiters.get(eventId) ?? []) waiter.release();
  }

  /** Nobody waits any longer. */
  close(): void {
    for (const waiters of this.#waiters.values()) for (const { release } of waiters) release();
  }
}

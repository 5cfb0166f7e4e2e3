import type { Finality, FinalityState, FollowerStore } from "@scrip/ports";
import { kindOfEntry } from "@scrip/wire";
import { finalityWaitersMax } from "../limits.ts";

interface Waiter {
  readonly release: () => void;
}

/** How final events are by the verified copy: in it means that a quorum has signed it and the rules lead to it. */
export class CommittedFinality implements Finality {
  readonly #store: Pick<FollowerStore, "indexOfEvent" | "entry">;
  readonly #waiters = new Map<string, Set<Waiter>>();
  #waiting = 0;

  constructor(store: Pick<FollowerStore, "indexOfEvent" | "entry">) {
    this.#store = store;
  }

  of(eventId: string): FinalityState {
    const index = this.#store.indexOfEvent(eventId);
    const entry = index === undefined ? undefined : this.#store.entry(index);
    if (entry === undefined) return "ACCEPTED";
    return kindOfEntry(entry) === "rejection" ? "REJECTED" : "COMMITTED";
  }

  async waitFor(eventId: string, timeoutMs: number): Promise<FinalityState> {
    const now = this.of(eventId);
    if (now !== "ACCEPTED" || timeoutMs <= 0 || this.#waiting >= finalityWaitersMax) return now;
    // Nothing is awaited between the look above and this registration, so no block slips through between them.
    await this.#wait(eventId, timeoutMs);
    return this.of(eventId);
  }

  /** Requests that wait now. */
  get waiting(): number {
    return this.#waiting;
  }

  /** These events can be read in the store from now on. */
  release(events: readonly { readonly eventId: string }[]): void {
    if (this.#waiting === 0) return;
    for (const { eventId } of events) this.#releaseAll(this.#waiters.get(eventId));
  }

  /** Nobody waits any longer: everyone gets what is true now. */
  close(): void {
    for (const waiters of this.#waiters.values()) this.#releaseAll(waiters);
  }

  #releaseAll(waiters: ReadonlySet<Waiter> | undefined): void {
    for (const waiter of waiters ?? []) waiter.release();
  }

  #wait(eventId: string, timeoutMs: number): Promise<void> {
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
}

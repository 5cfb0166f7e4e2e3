import { FinalityWaiters } from "@scrip/application";
import type { Finality, FinalityState, FollowerStore } from "@scrip/ports";
import { kindOfEntry } from "@scrip/wire";

/** How final events are by the verified copy: in it means that a quorum has signed it and the rules lead to it. */
export class CommittedFinality implements Finality {
  readonly #store: Pick<FollowerStore, "indexOfEvent" | "entry">;
  readonly #waiters = new FinalityWaiters();

  constructor(store: Pick<FollowerStore, "indexOfEvent" | "entry">) {
    this.#store = store;
  }

  async of(eventId: string): Promise<FinalityState> {
    return this.now(eventId);
  }

  /** The same, in this very step. */
  now(eventId: string): FinalityState {
    const index = this.#store.indexOfEvent(eventId);
    const entry = index === undefined ? undefined : this.#store.entry(index);
    if (entry === undefined) return "ACCEPTED";
    return kindOfEntry(entry) === "rejection" ? "REJECTED" : "COMMITTED";
  }

  async waitFor(eventId: string, timeoutMs: number): Promise<FinalityState> {
    const now = this.now(eventId);
    if (now !== "ACCEPTED" || timeoutMs <= 0 || this.#waiters.full) return now;
    // Nothing is awaited between the look above and this registration, so no block slips through between them.
    await this.#waiters.wait(eventId, timeoutMs);
    return this.now(eventId);
  }

  /** Requests that wait now. */
  get waiting(): number {
    return this.#waiters.waiting;
  }

  /** These events can be read in the store from now on. */
  release(events: readonly { readonly eventId: string }[]): void {
    if (this.#waiters.waiting === 0) return;
    for (const { eventId } of events) this.#waiters.release(eventId);
  }

  /** Nobody waits any longer: everyone gets what is true now. */
  close(): void {
    this.#waiters.close();
  }
}

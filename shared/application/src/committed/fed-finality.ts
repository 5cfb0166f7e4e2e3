import type { CommittedFeed, Finality, FinalityState, SettledEvent } from "@scrip/ports";
import { FinalityWaiters } from "./finality-waiters.ts";
import { finalityLookAfterMs, settledEventsMax } from "./limits.ts";

/**
 * Finality by the news of a verified copy elsewhere. News release who waits, without a question for each; an event of
 * before the news began is asked for by name.
 */
export class FedFinality implements Finality {
  readonly #feed: Pick<CommittedFeed, "finality">;
  readonly #settled = new Map<string, FinalityState>();
  readonly #waiters = new FinalityWaiters();

  constructor(feed: Pick<CommittedFeed, "finality">) {
    this.#feed = feed;
  }

  async of(eventId: string): Promise<FinalityState> {
    return this.#settled.get(eventId) ?? (await this.#ask(eventId));
  }

  async waitFor(eventId: string, timeoutMs: number): Promise<FinalityState> {
    const known = this.#settled.get(eventId);
    if (known !== undefined) return known;
    if (timeoutMs <= 0 || this.#waiters.full) return "ACCEPTED";
    const patienceMs = Math.min(timeoutMs, finalityLookAfterMs);
    await this.#waiters.wait(eventId, patienceMs);
    // The news may have come before this process heard any.
    if (!this.#settled.has(eventId)) await this.#ask(eventId).catch(() => "ACCEPTED");
    if (!this.#settled.has(eventId) && timeoutMs > patienceMs)
      await this.#waiters.wait(eventId, timeoutMs - patienceMs);
    return this.#settled.get(eventId) ?? "ACCEPTED";
  }

  heard(events: readonly SettledEvent[]): void {
    for (const { eventId, state } of events) {
      this.#keep(eventId, state);
      this.#waiters.release(eventId);
    }
  }

  /** Nobody waits any longer: everyone gets what is known now. */
  close(): void {
    this.#waiters.close();
  }

  async #ask(eventId: string): Promise<FinalityState> {
    const [state = "ACCEPTED"] = await this.#feed.finality([eventId]);
    if (state !== "ACCEPTED") this.#keep(eventId, state);
    return state;
  }

  /** A map gives its keys back in the order they came. */
  #keep(eventId: string, state: FinalityState): void {
    this.#settled.set(eventId, state);
    if (this.#settled.size <= settledEventsMax) return;
    for (const oldest of this.#settled.keys()) {
      this.#settled.delete(oldest);
      break;
    }
  }
}

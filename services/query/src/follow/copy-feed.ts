import type { FollowedBlock, LedgerState } from "@scrip/ledger-state";
import {
  type CommittedFeed,
  type CommittedNews,
  type FinalityState,
  newsHoldMs,
  type NewsPlace,
  PortError,
  type SettledEvent,
} from "@scrip/ports";
import { controlPageEvents, settledEventsMax } from "../limits.ts";
import type { CommittedFinality } from "./committed-finality.ts";
import type { ControlFacts } from "./registry-source.ts";

export interface CopyFeedWiring {
  readonly facts: ControlFacts;
  readonly finality: Pick<CommittedFinality, "now">;
  /** Of the verified copy, as it is now. */
  readonly state: () => LedgerState;
  readonly caughtUp: () => boolean;
}

/** A followed block's events. */
interface SettledBlock {
  /** Log size after it. */
  readonly size: number;
  readonly events: readonly SettledEvent[];
}

/** What this process has verified, as others hear of it. */
export class CopyFeed implements CommittedFeed {
  readonly #wiring: CopyFeedWiring;
  readonly #held = new Set<() => void>();
  #blocks: SettledBlock[] = [];
  #events = 0;

  constructor(wiring: CopyFeedWiring) {
    this.#wiring = wiring;
  }

  async news(beyond: NewsPlace, signal: AbortSignal): Promise<CommittedNews> {
    const now = this.#newsNow(beyond);
    if (now.control.length > 0 || now.size !== beyond.size || signal.aborted) return now;
    // Nothing is awaited between the look above and this registration, so no block slips through between them.
    await this.#next(signal);
    return this.#newsNow(beyond);
  }

  async finality(eventIds: readonly string[]): Promise<FinalityState[]> {
    return eventIds.map((eventId) => this.#wiring.finality.now(eventId));
  }

  /** These events can be read in the store from now on. */
  followed({ size, events }: Pick<FollowedBlock, "size" | "events">): void {
    const settled = events.map(({ eventId, reason }): SettledEvent => ({
      eventId,
      state: reason === null ? "COMMITTED" : "REJECTED",
    }));
    this.#blocks.push({ size, events: settled });
    this.#events += settled.length;
    while (this.#events > settledEventsMax && this.#blocks.length > 1) {
      this.#events -= this.#blocks.shift()?.events.length ?? 0;
    }
    this.#releaseAll();
  }

  /** Who waited for it is told that the copy has everything. */
  caughtUp(): void {
    this.#releaseAll();
  }

  /** Who waits gets what is true now. */
  async close(): Promise<void> {
    this.#releaseAll();
  }

  #newsNow({ control: after, size: from }: NewsPlace): CommittedNews {
    const state = this.#wiring.state();
    if (state.size === 0) throw new PortError("UNAVAILABLE", "nothing is verified here yet");
    const leaves = state.leaves();
    const { shards } = leaves.need("protocol", null);
    const control = this.#wiring.facts.page(after);
    const unheard = from === null ? [] : this.#blocks.filter(({ size }) => size > from);
    return {
      size: state.size,
      caughtUp: this.#wiring.caughtUp(),
      control,
      more: control.length === controlPageEvents,
      controlSeq: leaves.need("shard-head", shards).nextSeq,
      events: unheard.flatMap(({ events }) => events),
    };
  }

  #releaseAll(): void {
    for (const release of this.#held) release();
  }

  #next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const release = (): void => {
        clearTimeout(timer);
        this.#held.delete(release);
        signal.removeEventListener("abort", release);
        resolve();
      };
      const timer = setTimeout(release, newsHoldMs);
      signal.addEventListener("abort", release);
      this.#held.add(release);
    });
  }
}

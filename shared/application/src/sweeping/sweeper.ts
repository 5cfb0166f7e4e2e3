import type { DueEntry } from "@scrip/ports";
import { backoffMs, systemPause, type Pause } from "../streams/pause.ts";
import {
  sweepIntervalMs,
  sweepPageEntries,
  sweepPagesPerTurnMax,
  sweepPassedMax,
  sweepRetryFirstMs,
  sweepRetryMaxMs,
} from "./limits.ts";
import { WalletSweep, type WalletSweeping } from "./wallet-sweep.ts";
import { sweepEntries, type Swept, type SweepPorts } from "./sweep.ts";

/** Told what a sweeper does. */
export interface SweepObserver {
  /** One go at a shard. */
  swept(shard: number, swept: Swept): void;
  /** A shard could not be swept; it has its turn again. */
  failed(shard: number, error: unknown): void;
  /** Entries that were dropped from the wallet index of a shard: they named cards that are in no such wallet. */
  unlisted(shard: number, entries: number): void;
  /** How long the longest overdue entry of all shards has been due after a round, milliseconds; 0: none is. */
  overdue(ms: number): void;
}

export interface SweeperWiring extends SweepPorts, Pick<WalletSweeping, "finality"> {
  readonly observer: SweepObserver;
  readonly pause?: Pause;
}

/**
 * Brings about what falls due of idle cards, shard by shard: expiries and the ends of refund windows; and clears the
 * wallet index of what has ended. It keeps nothing of its own; whoever touches a card that is due is not waited for, and
 * two sweepers do no harm.
 */
export class Sweeper {
  readonly #wiring: SweeperWiring;
  readonly #stopped = new AbortController();
  /** Per shard: entries at the front of its index about which nothing can be done yet. */
  readonly #passed = new Map<number, number>();
  readonly #wallets: WalletSweep;
  #running: Promise<void> = Promise.resolve();

  constructor(wiring: SweeperWiring) {
    this.#wiring = wiring;
    this.#wallets = new WalletSweep(wiring);
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Ends after the go under way. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  /** One round over all shards; bounded work for each. @returns false when one of them failed */
  async round(): Promise<boolean> {
    const { store, observer } = this.#wiring;
    let [overdueMs, good] = [0, true];
    for (let shard = 0; shard < store.shards && !this.#stopped.signal.aborted; shard += 1) {
      try {
        overdueMs = Math.max(overdueMs, await this.#turn(shard));
      } catch (error) {
        observer.failed(shard, error);
        good = false;
      }
    }
    observer.overdue(overdueMs);
    return (await this.#clearWallets()) && good;
  }

  async #clearWallets(): Promise<boolean> {
    const { observer } = this.#wiring;
    const { shard } = this.#wallets;
    try {
      const dropped = await this.#wallets.step();
      if (dropped > 0) observer.unlisted(shard, dropped);
      return true;
    } catch (error) {
      observer.failed(shard, error);
      return false;
    }
  }

  async #run(): Promise<void> {
    const { pause = systemPause } = this.#wiring;
    const { signal } = this.#stopped;
    for (let failures = 0; !signal.aborted;) {
      failures = (await this.round()) ? 0 : failures + 1;
      const bounds = { firstMs: sweepRetryFirstMs, maxMs: sweepRetryMaxMs };
      await pause(failures === 0 ? sweepIntervalMs : backoffMs(failures, bounds), signal);
    }
  }

  /** A shard's turn. @returns how long its longest overdue entry has been due, milliseconds */
  async #turn(shard: number): Promise<number> {
    for (let page = 0; page < sweepPagesPerTurnMax; page += 1) {
      const due = await this.#due(shard);
      if (due.length === 0 || this.#stopped.signal.aborted) break;
      const swept = await sweepEntries(this.#wiring, shard, due);
      this.#wiring.observer.swept(shard, swept);
      // What could not be brought about stays in front: the next look goes past it.
      const stays = due.length - swept.cards - swept.operations - swept.stale;
      this.#passed.set(shard, Math.min(Math.max(stays, 0), sweepPassedMax));
      if (due.length < sweepPageEntries || stays === due.length) break;
    }
    const [first] = await this.#wiring.store.due(shard, this.#wiring.clock.nowMs(), 1);
    return first === undefined ? 0 : this.#wiring.clock.nowMs() - first.dueAtMs;
  }

  #due(shard: number): Promise<DueEntry[]> {
    const { store, clock } = this.#wiring;
    return store.due(shard, clock.nowMs(), sweepPageEntries + (this.#passed.get(shard) ?? 0));
  }
}

import { setTimeout as wait } from "node:timers/promises";
import { CommittedRegistry } from "@scrip/application";
import type { ControlEvent } from "@scrip/domain";
import type { Finality, FinalityState, Outbox } from "@scrip/ports";
import { decodeEvent } from "@scrip/wire";

const pollMs = 2;
const eventsMax = 1_000;

/** A ledger that takes whatever is saved as soon as it is saved; `hold` keeps it from doing so. */
export class InstantLedger implements Finality {
  readonly registry = new CommittedRegistry();
  readonly #outbox: Outbox;
  readonly #committed = new Set<string>();
  readonly #read: number[];
  #work: Promise<void> = Promise.resolve();
  #holding = false;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
    this.#read = Array.from({ length: outbox.streams }, () => 0);
    outbox.onAppend((shard) => this.#take(shard));
  }

  async of(eventId: string): Promise<FinalityState> {
    return this.#committed.has(eventId) ? "COMMITTED" : "ACCEPTED";
  }

  async waitFor(eventId: string, timeoutMs: number): Promise<FinalityState> {
    for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += pollMs) {
      if (this.#committed.has(eventId)) break;
      await wait(pollMs);
    }
    return await this.of(eventId);
  }

  /** Takes nothing until `release`. */
  hold(): void {
    this.#holding = true;
  }

  release(): void {
    this.#holding = false;
    for (const shard of this.#read.keys()) this.#take(shard);
  }

  /** Resolves when nothing is being taken. */
  async idle(): Promise<void> {
    await this.#work;
  }

  #take(shard: number): void {
    if (!this.#holding) this.#work = this.#work.then(() => this.#fold(shard));
  }

  async #fold(shard: number): Promise<void> {
    const from = this.#read[shard] ?? 0;
    const entries = await this.#outbox.read(shard, from, eventsMax);
    for (const { eventId, bytes } of entries) {
      if (shard === this.#outbox.streams - 1)
        this.registry.apply(decodeEvent(bytes).event as ControlEvent);
      this.#committed.add(eventId);
    }
    this.#read[shard] = from + entries.length;
    if (entries.length === eventsMax) await this.#fold(shard);
  }
}

import { type DomainEvent, leavesOf } from "@scrip/domain";
import type { Clock, Finality, Outbox, OutboxEntry } from "@scrip/ports";
import { decodeEvent, eventIn } from "@scrip/wire";
import { promisePageEvents, promisePagesPerLookMax, receiptSpreadMaxMs } from "./limits.ts";

/** A promise whose time has passed without its event in the verified copy of the log. */
export interface OverduePromise {
  readonly shard: number;
  readonly seq: number;
  /** Leaf hash, hex. */
  readonly eventId: string;
  /** The earliest that a receipt for it may have named, milliseconds since the epoch. */
  readonly dueMs: number;
}

export interface PromisesWiring {
  readonly outbox: Pick<Outbox, "streams" | "read" | "trimPoint">;
  /** Of the verified copy. */
  readonly finality: Pick<Finality, "of">;
  readonly clock: Clock;
  /** @see ReceiptSigning */
  readonly logWithinMs: number;
}

interface Shard {
  readonly shard: number;
  /** Everything before it was looked at when it was due. */
  lookedTo: number;
  /** Numbers of the events found overdue, ascending; the first of them may have arrived since. */
  overdue: number[];
}

/**
 * Finds the promises that were not kept: what the outbox still has, is due, and is not in the verified copy of the log.
 * Nothing is stored; after a restart it finds again what is still overdue. An event that comes late, but before the
 * next look, is not found.
 */
export class OverduePromises {
  readonly #wiring: PromisesWiring;
  readonly #shards: readonly Shard[];
  #missed = 0;
  #lookedAtMs: number;
  #looking: Promise<void> | null = null;

  constructor(wiring: PromisesWiring) {
    this.#wiring = wiring;
    this.#lookedAtMs = wiring.clock.nowMs();
    // Control events stand in the last stream and are promised to nobody.
    const shards = wiring.outbox.streams - 1;
    this.#shards = Array.from({ length: shards }, (_, shard) => newShard(shard));
  }

  /** Events found overdue so far, each once, whatever became of it. */
  get missed(): number {
    return this.#missed;
  }

  /** Events that were overdue at the last look. */
  get overdue(): number {
    return this.#shards.reduce((sum, { overdue }) => sum + overdue.length, 0);
  }

  /** The time of the newest look that has ended: what was due by then was looked at. Before the first one, of the start. */
  get lookedAtMs(): number {
    return this.#lookedAtMs;
  }

  /** Looks at all shards; who asks while one is under way gets that one. @throws PortError UNAVAILABLE */
  look(): Promise<void> {
    this.#looking ??= this.#lookAtAll().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  /** Those that were overdue at the last look, the longest overdue first, at most `limit`. */
  async list(limit: number): Promise<OverduePromise[]> {
    const found = await Promise.all(this.#shards.map((shard) => this.#listOf(shard, limit)));
    return found
      .flat()
      .toSorted((a, b) => a.dueMs - b.dueMs)
      .slice(0, limit);
  }

  async #lookAtAll(): Promise<void> {
    const nowMs = this.#wiring.clock.nowMs();
    for (const shard of this.#shards) {
      await this.#dropArrived(shard);
      for (let page = 0; page < promisePagesPerLookMax; page += 1) {
        if (!(await this.#lookOn(shard, nowMs))) break;
      }
    }
    this.#lookedAtMs = nowMs;
  }

  /** A shard's events are committed in order, so what has arrived of the overdue ones is a beginning of them. */
  async #dropArrived(at: Shard): Promise<void> {
    if (at.overdue.length === 0) return;
    let [from, to] = [0, at.overdue.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (await this.#arrived(at.shard, at.overdue[middle] ?? 0)) from = middle + 1;
      else to = middle;
    }
    at.overdue = at.overdue.slice(from);
  }

  async #arrived(shard: number, seq: number): Promise<boolean> {
    const [found] = await this.#wiring.outbox.read(shard, seq, 1);
    return found?.seq !== seq || (await this.#isIn(found.eventId));
  }

  /** One page; false at the first event that is not due yet, or at the head. */
  async #lookOn(at: Shard, nowMs: number): Promise<boolean> {
    const { outbox } = this.#wiring;
    const { seq: keptFrom } = await outbox.trimPoint(at.shard);
    at.lookedTo = Math.max(at.lookedTo, keptFrom);
    const page = await outbox.read(at.shard, at.lookedTo, promisePageEvents);
    for (const entry of page) {
      const found = eventIn(entry.bytes);
      if (found !== null && this.#dueMs(found.event) > nowMs) return false;
      at.lookedTo = entry.seq + 1;
      // Nobody can say when bytes that are no event were due, and those after them are not to wait for that.
      if (found === null || !isPromised(found.event) || (await this.#isIn(entry.eventId))) continue;
      at.overdue.push(entry.seq);
      this.#missed += 1;
    }
    return page.length === promisePageEvents;
  }

  async #listOf({ shard, overdue }: Shard, limit: number): Promise<OverduePromise[]> {
    const { outbox } = this.#wiring;
    const reads = overdue.slice(0, limit).map(async (seq) => {
      const [found] = await outbox.read(shard, seq, 1);
      return found?.seq === seq ? [this.#told(shard, found)] : [];
    });
    return (await Promise.all(reads)).flat();
  }

  #told(shard: number, { seq, eventId, bytes }: OutboxEntry): OverduePromise {
    return { shard, seq, eventId, dueMs: this.#dueMs(decodeEvent(bytes).event) };
  }

  async #isIn(eventId: string): Promise<boolean> {
    return (await this.#wiring.finality.of(eventId)) !== "ACCEPTED";
  }

  #dueMs(event: DomainEvent): number {
    return promiseDueMs(event, this.#wiring.logWithinMs);
  }
}

const newShard = (shard: number): Shard => ({ shard, lookedTo: 0, overdue: [] });

/** The earliest that a receipt for the event may have named, milliseconds since the epoch. */
export const promiseDueMs = ({ atMs }: DomainEvent, logWithinMs: number): number =>
  atMs + logWithinMs - receiptSpreadMaxMs;

/**
 * Whether a receipt was given for the event. Control operations, bulk steps, an operator's corrections, and what falls
 * due by itself under nobody's key, have none.
 */
export const isPromised = (event: DomainEvent): boolean =>
  event.opId !== null &&
  event.type !== "CardReconciled" &&
  !("each" in event) &&
  leavesOf(event).cards.length > 0;

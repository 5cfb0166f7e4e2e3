import { isPromised, promiseDueMs } from "@scrip/application";
import { listOfRejections } from "@scrip/ledger-state";
import { leafHash } from "@scrip/merkle-log";
import { type Hash, type RejectionReason, toHex } from "@scrip/wire";
import { rejectedPromisesKeptMax, rejectionsPageEvents } from "../limits.ts";
import type { CopyReads } from "../proofs/checked-reads.ts";
import { type LogEvent, logEventAt } from "../reading/log-event.ts";

/** A promise that can never be kept: a rejection stands in the log where its event would be. */
export interface RejectedPromise {
  /** Leaf hash, hex. */
  readonly eventId: string;
  readonly reason: RejectionReason;
  /** The earliest that a receipt for it may have named, milliseconds since the epoch. */
  readonly dueMs: number;
}

export interface RejectedPromisesWiring {
  readonly copy: CopyReads;
  readonly hash: Hash;
  /** @see PromisesWiring */
  readonly logWithinMs: number;
}

/** Promised events that the ledger refused, read from the list of rejections in the verified copy. */
export class RejectedPromises {
  readonly #wiring: RejectedPromisesWiring;
  #lookedTo = -1;
  #total = 0;
  #missed = 0;
  #newest: RejectedPromise[] = [];

  constructor(wiring: RejectedPromisesWiring) {
    this.#wiring = wiring;
  }

  /** All of them, since the ledger began. */
  get total(): number {
    return this.#total;
  }

  /** Those that were not overdue first: an overdue one is among the missed already, or was before the process began. */
  get missed(): number {
    return this.#missed;
  }

  /** The newest ones first, at most `rejectedPromisesKeptMax`. */
  list(): readonly RejectedPromise[] {
    return this.#newest.toReversed();
  }

  /**
   * Takes over what was rejected since the last look.
   * @param overdueLookedAtMs what was due by then was looked at while it was not rejected yet
   */
  look(overdueLookedAtMs: number): void {
    const { copy } = this.#wiring;
    for (;;) {
      const page = copy.listed(listOfRejections, this.#lookedTo, rejectionsPageEvents);
      for (const index of page) {
        this.#take(logEventAt(copy, index), overdueLookedAtMs);
        this.#lookedTo = index;
      }
      if (page.length < rejectionsPageEvents) return;
    }
  }

  #take({ event, bytes, rejection: reason }: LogEvent, overdueLookedAtMs: number): void {
    if (event === null || reason === null || !isPromised(event)) return;
    const { hash, logWithinMs } = this.#wiring;
    const dueMs = promiseDueMs(event, logWithinMs);
    this.#total += 1;
    if (dueMs > overdueLookedAtMs) this.#missed += 1;
    this.#newest.push({ eventId: toHex(leafHash(hash, bytes)), reason, dueMs });
    this.#newest = this.#newest.slice(-rejectedPromisesKeptMax);
  }
}

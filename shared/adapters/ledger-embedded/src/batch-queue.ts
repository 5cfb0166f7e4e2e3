import { PortError, type SignedBatch, type SubmitResult } from "@scrip/ports";
import type { EmbeddedLedgerLimits } from "./options.ts";

/** A batch and the caller who waits for its fate. */
export interface Waiting {
  readonly batch: SignedBatch;
  readonly resolve: (result: SubmitResult) => void;
  readonly reject: (error: PortError) => void;
}

type BlockLimits = Pick<EmbeddedLedgerLimits, "blockEventsMax" | "blockBytesMax">;

/** Batches that wait for a block, first come first served. */
export class BatchQueue {
  readonly #waiting: Waiting[] = [];
  readonly #max: number;

  constructor(pendingBatchesMax: number) {
    this.#max = pendingBatchesMax;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** Resolves with the batch's fate. @throws PortError UNAVAILABLE when too many are waiting: nothing was taken */
  add(batch: SignedBatch): Promise<SubmitResult> {
    if (this.#waiting.length >= this.#max) {
      throw new PortError("UNAVAILABLE", `embedded ledger: ${this.#max} batches are waiting`);
    }
    return new Promise((resolve, reject) => this.#waiting.push({ batch, resolve, reject }));
  }

  /** The next batches, as many as fill a block; at least one if there is one. */
  take({ blockEventsMax, blockBytesMax }: BlockLimits): Waiting[] {
    let count = 0;
    let events = 0;
    let bytes = 0;
    for (const { batch } of this.#waiting) {
      events += batch.events.length;
      bytes += batch.events.reduce((sum, event) => sum + event.length, 0);
      if (count > 0 && (events > blockEventsMax || bytes > blockBytesMax)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  rejectAll(error: PortError): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

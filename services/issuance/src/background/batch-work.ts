import type { Batch } from "@scrip/domain";
import { largeAtOnceMax, smallAtOnceMax, smallBatchCardsMax } from "./limits.ts";

/**
 * Lets so many batches be worked on at the same time; the others wait in the order they came. Small batches do not wait
 * for large ones. Whatever waits is noted durably elsewhere: an order of a batch, or a step that was begun.
 */
export class BatchWork {
  readonly #small = new Lane(smallAtOnceMax);
  readonly #large = new Lane(largeAtOnceMax);

  /** Does the work when it is the batch's turn. */
  async inTurn<Result>({ count }: Batch, work: () => Promise<Result>): Promise<Result> {
    const lane = count > smallBatchCardsMax ? this.#large : this.#small;
    await lane.enter();
    try {
      return await work();
    } finally {
      lane.leave();
    }
  }
}

class Lane {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnceMax: number) {
    this.#free = atOnceMax;
  }

  async enter(): Promise<void> {
    if (this.#free === 0) return await new Promise((resolve) => this.#waiting.push(resolve));
    this.#free -= 1;
  }

  /** Whoever waits takes over the place that is left. */
  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}

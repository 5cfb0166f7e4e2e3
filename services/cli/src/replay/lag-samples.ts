import { performance } from "node:perf_hooks";
import type { Answered } from "@scrip/client";
import { lagSampleEveryEvents, lagSamplesAtOnceMax, lagSamplesMax, lagWaitMs } from "./limits.ts";
import type { Finality } from "./replay-basket.ts";

/** Quantiles of the times from an ACCEPTED answer to COMMITTED, milliseconds. */
export interface LagQuantiles {
  readonly samples: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/**
 * Measures how long accepted events take to be COMMITTED, as a client sees it. One event of fifty is followed: its
 * request is sent again under the same key with `waitFor=committed`, which changes nothing and is answered at that
 * moment. The time is from the first answer's arrival to the second's.
 */
export class LagSamples {
  readonly #timesMs: number[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #seen = 0;

  accepted(again: (waitMs: number) => Promise<Answered<Finality>>): void {
    this.#seen += 1;
    if (this.#seen % lagSampleEveryEvents !== 1 || this.#timesMs.length >= lagSamplesMax) return;
    if (this.#underWay.size >= lagSamplesAtOnceMax) return;
    const sample = this.#follow(again).finally(() => this.#underWay.delete(sample));
    this.#underWay.add(sample);
  }

  /** Waits for the samples under way. */
  async done(): Promise<LagQuantiles> {
    await Promise.all(this.#underWay);
    const sorted = this.#timesMs.toSorted((a, b) => a - b);
    const quantile = (q: number) => sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? null;
    return { samples: sorted.length, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
  }

  async #follow(again: (waitMs: number) => Promise<Answered<Finality>>): Promise<void> {
    const acceptedMs = performance.now();
    try {
      const { body } = await again(lagWaitMs);
      if (body.finality === "COMMITTED") this.#timesMs.push(performance.now() - acceptedMs);
    } catch {
      // A sample that fails is none; whether the server is there the baskets find out themselves.
    }
  }
}

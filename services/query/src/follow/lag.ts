import { lagSamplesMax } from "../limits.ts";

/** The newest times from accepted to committed, milliseconds. */
export class Lag {
  readonly #samples: number[] = [];
  #next = 0;

  add(ms: number): void {
    this.#samples[this.#next] = ms;
    this.#next = (this.#next + 1) % lagSamplesMax;
  }

  /** The value that a share `q` of the samples does not exceed (nearest rank); null without samples. */
  quantile(q: number): number | null {
    const sorted = this.#samples.toSorted((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? null;
  }
}

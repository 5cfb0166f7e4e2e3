/** How often a long test says how far it is, milliseconds. */
const sayEveryMs = 2_000;

/** Says how far a long test is, every now and then: a silent minute looks like a hang. */
export class Progress {
  readonly #what: string;
  readonly #total: number;
  readonly #startedMs = Date.now();
  #saidMs = Date.now();
  #done = 0;

  constructor(what: string, total: number) {
    this.#what = what;
    this.#total = total;
  }

  step(count = 1): void {
    this.#done += count;
    const nowMs = Date.now();
    if (nowMs - this.#saidMs < sayEveryMs && this.#done < this.#total) return;
    this.#saidMs = nowMs;
    const seconds = ((nowMs - this.#startedMs) / 1000).toFixed(1);
    process.stderr.write(`  ${this.#what}: ${this.#done} of ${this.#total} after ${seconds} s\n`);
  }
}

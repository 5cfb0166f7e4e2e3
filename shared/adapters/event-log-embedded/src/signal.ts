/** Wakes all who wait, once. Whoever waits looks again at what it waits for: nothing is remembered. */
export class Signal {
  #waiting: (() => void)[] = [];

  /** Resolves at the next `notify`. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  notify(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

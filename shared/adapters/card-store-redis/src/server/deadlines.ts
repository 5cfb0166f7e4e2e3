import { PortError } from "@scrip/ports";

interface Waiting {
  readonly endMs: number;
  readonly reject: (error: Error) => void;
  done: boolean;
}

/**
 * Gives up waiting for answers after a while. All wait equally long, so the oldest is the first to be given up, and one
 * timer does for all.
 */
export class Deadlines {
  readonly #afterMs: number;
  #waiting: Waiting[] = [];
  #from = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(afterMs: number) {
    this.#afterMs = afterMs;
  }

  /** The answer, if it comes in time. @throws PortError UNAVAILABLE, outcome not known; what the answer throws. */
  within<T>(answer: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const one: Waiting = { endMs: performance.now() + this.#afterMs, reject, done: false };
      this.#waiting.push(one);
      if (this.#timer === null) this.#wait(this.#afterMs);
      answer.then(
        (value) => {
          one.done = true;
          this.#forget();
          resolve(value);
        },
        (error: unknown) => {
          one.done = true;
          this.#forget();
          reject(error instanceof Error ? error : new Error(String(error), { cause: error }));
        },
      );
    });
  }

  /** Drops those at the front that have their answer. */
  #forget(): void {
    while (this.#waiting[this.#from]?.done === true) this.#from += 1;
    if (this.#from < this.#waiting.length) {
      if (this.#from < 1_000) return;
      this.#waiting = this.#waiting.slice(this.#from);
    } else {
      this.#waiting = [];
    }
    this.#from = 0;
  }

  #wait(forMs: number): void {
    // While an answer is waited for, its connection keeps the process alive, not the timer.
    this.#timer = setTimeout(() => this.#giveUp(), forMs).unref();
  }

  #giveUp(): void {
    this.#timer = null;
    const nowMs = performance.now();
    for (const one of this.#waiting.slice(this.#from)) {
      if (one.done) continue;
      if (one.endMs > nowMs) {
        this.#wait(one.endMs - nowMs);
        return;
      }
      one.done = true;
      one.reject(late(this.#afterMs));
    }
    this.#forget();
  }
}

const late = (afterMs: number): PortError =>
  new PortError("UNAVAILABLE", `card store: no answer within ${afterMs} ms`, {
    outcomeKnown: false,
  });

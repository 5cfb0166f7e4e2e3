import { PortError } from "@scrip/ports";

interface Waiting {
  readonly sinceMs: number;
  readonly reject: (error: Error) => void;
  done: boolean;
}

/** Answers at the front of the queue that are dropped together. */
const dropTogether = 1_000;

/**
 * Gives up waiting for answers after a while. All wait equally long, so the oldest is the first to be given up, and one
 * timer does for all.
 */
export class Deadlines {
  readonly #afterMs: number;
  readonly #onSilence: () => void;
  #waiting: Waiting[] = [];
  #from = 0;
  #timer: NodeJS.Timeout | null = null;
  #answeredMs = 0;

  /** @param onSilence is called when an answer is given up and no other came meanwhile */
  constructor(afterMs: number, onSilence: () => void) {
    this.#afterMs = afterMs;
    this.#onSilence = onSilence;
  }

  /** The answer, if it comes in time. @throws PortError UNAVAILABLE, outcome not known; what the answer throws. */
  within<T>(answer: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const one: Waiting = { sinceMs: performance.now(), reject, done: false };
      this.#waiting.push(one);
      if (this.#timer === null) this.#wait(this.#afterMs);
      answer.then(
        (value) => {
          this.#settled(one);
          resolve(value);
        },
        (error: unknown) => {
          this.#settled(one);
          reject(error instanceof Error ? error : new Error(String(error), { cause: error }));
        },
      );
    });
  }

  #settled(one: Waiting): void {
    one.done = true;
    this.#answeredMs = performance.now();
    this.#forget();
  }

  /** Drops those at the front that are settled. */
  #forget(): void {
    while (this.#waiting[this.#from]?.done === true) this.#from += 1;
    if (this.#from < dropTogether && this.#from < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#from);
    this.#from = 0;
  }

  #wait(forMs: number): void {
    // While an answer is waited for, its connection keeps the process alive, not the timer.
    this.#timer = setTimeout(() => this.#giveUp(), forMs).unref();
  }

  #giveUp(): void {
    this.#timer = null;
    const nowMs = performance.now();
    let silent = false;
    for (const one of this.#waiting.slice(this.#from)) {
      if (one.done) continue;
      const leftMs = one.sinceMs + this.#afterMs - nowMs;
      if (leftMs > 0) {
        this.#wait(leftMs);
        break;
      }
      one.done = true;
      silent ||= this.#answeredMs < one.sinceMs;
      one.reject(late(this.#afterMs));
    }
    this.#forget();
    if (silent) this.#onSilence();
  }
}

const late = (afterMs: number): PortError =>
  new PortError("UNAVAILABLE", `card store: no answer within ${afterMs} ms`, {
    outcomeKnown: false,
  });

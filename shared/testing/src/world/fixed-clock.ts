import type { Clock } from "@scrip/ports";

/** A clock that stands until a test moves it, forwards or back. */
export class FixedClock implements Clock {
  #nowMs: number;

  /** @param nowMs milliseconds since the epoch; default: the start of 2026, UTC */
  constructor(nowMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** Moves it by so many milliseconds, back when negative. */
  advance(ms: number): void {
    this.#nowMs += ms;
  }
}

import type { Pause } from "@scrip/application";

/**
 * The wait before a batch, one for all shards: whoever comes while it runs waits for its end only. So the batches of
 * all shards are ready at once and share a block, which costs much the same whatever is in it.
 */
export class Linger {
  readonly #ms: number;
  readonly #pause: Pause;
  readonly #stopped = new AbortController();
  #running: Promise<void> | null = null;

  /** @param ms how long at most; 0: not at all */
  constructor(ms: number, pause: Pause) {
    this.#ms = ms;
    this.#pause = pause;
  }

  /** Resolves when more events have had their time to come, or at once after `stop`. */
  wait(): Promise<void> {
    if (this.#ms === 0 || this.#stopped.signal.aborted) return Promise.resolve();
    this.#running ??= this.#pause(this.#ms, this.#stopped.signal).then(() => {
      this.#running = null;
    });
    return this.#running;
  }

  stop(): void {
    this.#stopped.abort();
  }
}

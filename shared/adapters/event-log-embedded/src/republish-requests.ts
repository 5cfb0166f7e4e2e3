type Listener = (shard: number, fromSeq: number) => void;

/** Wishes of the consumer to have a shard published again. One that nobody hears waits for the first who listens. */
export class RepublishRequests {
  readonly #listeners = new Set<Listener>();
  /** By shard the lowest number that was asked for, unheard. */
  readonly #unheard = new Map<number, number>();

  ask(shard: number, fromSeq: number): void {
    if (this.#listeners.size === 0) {
      this.#unheard.set(shard, Math.min(fromSeq, this.#unheard.get(shard) ?? fromSeq));
    }
    for (const listener of this.#listeners) listener(shard, fromSeq);
  }

  /** @returns the way to stop */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    // Not before the caller has what this returns.
    queueMicrotask(() => this.#tell(listener));
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #tell(listener: Listener): void {
    if (!this.#listeners.has(listener)) return;
    const unheard = [...this.#unheard];
    this.#unheard.clear();
    for (const [shard, fromSeq] of unheard) listener(shard, fromSeq);
  }
}

/** Who wants to hear of new events. */
export class AppendListeners {
  readonly #listeners = new Set<(shard: number) => void>();
  /** Number of the next event of each shard, as far as was told. */
  readonly #told = new Map<number, number>();

  add(listener: (shard: number) => void): () => void {
    // A wrapper of its own, so that the same function may listen twice and stop once.
    const own = (shard: number): void => listener(shard);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** A shard has its events up to this number, not included. What was told already is not told again. */
  reached(shard: number, nextSeq: number): void {
    if ((this.#told.get(shard) ?? -1) >= nextSeq) return;
    this.#told.set(shard, nextSeq);
    // A listener that throws disturbs no other.
    for (const listener of this.#listeners) queueMicrotask(() => listener(shard));
  }
}

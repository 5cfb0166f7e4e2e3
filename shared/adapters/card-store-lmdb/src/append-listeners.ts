/** Who wants to hear of new events. */
export class AppendListeners {
  readonly #listeners = new Set<(shard: number) => void>();

  add(listener: (shard: number) => void): () => void {
    // A wrapper of its own, so that the same function may listen twice and stop once.
    const own = (shard: number): void => listener(shard);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** One call per shard and commit, however many saves shared it; a listener that throws disturbs no other. */
  tell(shards: ReadonlySet<number>): void {
    for (const listener of this.#listeners)
      for (const shard of shards) queueMicrotask(() => listener(shard));
  }
}

import { watchEveryMs } from "./limits.ts";

/**
 * Who wants to hear of new events. What this process saves they hear of at once; for what others save the streams are
 * looked at again and again, while there is a listener.
 */
export class AppendListeners {
  readonly #readHeads: () => Promise<readonly number[]>;
  readonly #listeners = new Set<(shard: number) => void>();
  /** Number of the next event of each shard, as far as was told. */
  readonly #told = new Map<number, number>();
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  /** @param readHeads gives the number of the next event of each shard */
  constructor(readHeads: () => Promise<readonly number[]>) {
    this.#readHeads = readHeads;
  }

  add(listener: (shard: number) => void): () => void {
    // A wrapper of its own, so that the same function may listen twice and stop once.
    const own = (shard: number): void => listener(shard);
    this.#listeners.add(own);
    if (this.#timer === null) this.#wait();
    return () => void this.#listeners.delete(own);
  }

  /** A shard has its events up to this number, not included. What was told already is not told again. */
  reached(shard: number, nextSeq: number): void {
    if ((this.#told.get(shard) ?? 0) >= nextSeq) return;
    this.#told.set(shard, nextSeq);
    // A listener that throws disturbs no other.
    for (const listener of this.#listeners) queueMicrotask(() => listener(shard));
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #wait(): void {
    this.#timer = setTimeout(() => void this.#look(), watchEveryMs).unref();
  }

  async #look(): Promise<void> {
    // While the server cannot be reached there is nothing to hear; what was saved meanwhile is found afterwards.
    const heads = await this.#readHeads().catch(() => []);
    for (const [shard, nextSeq] of heads.entries()) this.reached(shard, nextSeq);
    if (this.#listeners.size === 0 || this.#closed) this.#timer = null;
    else this.#wait();
  }
}

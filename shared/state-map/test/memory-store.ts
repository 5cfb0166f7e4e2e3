import type { BucketStore, BucketWrite } from "../src/index.ts";

/** Holds records in memory. Stricter than a database: bytes it returned turn to rubbish at the next call. */
export class MemoryStore implements BucketStore {
  readonly #records = new Map<number, Uint8Array>();
  #lent: Uint8Array | undefined;

  read(bucket: number): Uint8Array | undefined {
    this.#takeBack();
    const bytes = this.#records.get(bucket);
    this.#lent = bytes?.slice();
    return this.#lent;
  }

  write(writes: Iterable<BucketWrite>): void {
    for (const { bucket, bytes } of writes) {
      this.#takeBack();
      if (bytes === null) this.#records.delete(bucket);
      else this.#records.set(bucket, bytes.slice());
    }
  }

  get buckets(): number {
    return this.#records.size;
  }

  #takeBack(): void {
    this.#lent?.fill(0xee);
    this.#lent = undefined;
  }
}

import { createHash } from "node:crypto";
import type { Identity } from "@scrip/ports";

/** Bytes that look random and are the same in every run: SHA-256 over a seed and a running number. */
export class SeededIdentity implements Identity {
  readonly #seed: string;
  #drawn = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  randomBytes(count: number): Uint8Array {
    if (!Number.isInteger(count) || count < 1) throw new RangeError(`${count} random bytes`);
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count; at += 32) {
      const block = createHash("sha256").update(`${this.#seed} ${this.#drawn++}`).digest();
      bytes.set(block.subarray(0, count - at), at);
    }
    return bytes;
  }
}

import type { BatchId } from "@scrip/domain";
import { digestsKeptMax } from "./limits.ts";

/**
 * SHA-256 of whole downloads, each worked out once: ten million codes take longer than a request may wait, and whoever
 * asks again finds what the first request began.
 */
export class CodeDigests {
  readonly #made = new Map<BatchId, Promise<string>>();

  /** @param make works it out, in hex; what fails is begun anew by the next who asks. */
  of(batchId: BatchId, make: () => Promise<string>): Promise<string> {
    const known = this.#made.get(batchId);
    if (known !== undefined) return known;
    for (const oldest of this.#made.keys()) {
      if (this.#made.size < digestsKeptMax) break;
      this.#made.delete(oldest);
    }
    const digest = make();
    this.#made.set(batchId, digest);
    digest.catch(() => this.#made.delete(batchId));
    return digest;
  }
}

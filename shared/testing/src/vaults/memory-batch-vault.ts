import type { BatchId } from "@scrip/domain";
import { type BatchVault, PortError } from "@scrip/ports";

const seedBytes = 32;

/** A batch vault for tests. Stricter than the real thing: one seed proposed for two batches is a crime. */
export class MemoryBatchVault implements BatchVault {
  readonly #kept: Map<BatchId, Uint8Array | "WIPED">;
  readonly #proposedFor = new Map<string, BatchId>();
  #closed = false;

  /** @param kept what outlives the vault, as a disk would */
  constructor(kept = new Map<BatchId, Uint8Array | "WIPED">()) {
    this.#kept = kept;
  }

  async keep(batchId: BatchId, seed: Uint8Array): Promise<Uint8Array> {
    this.#check();
    if (seed.length !== seedBytes) throw broken(`a seed of ${seed.length} bytes`);
    this.#checkChance(seed, batchId);
    const kept = this.#kept.get(batchId) ?? Uint8Array.from(seed);
    if (kept === "WIPED") throw broken(`the codes of batch ${batchId} were wiped`);
    this.#kept.set(batchId, kept);
    return Uint8Array.from(kept);
  }

  async seed(batchId: BatchId): Promise<Uint8Array | "WIPED" | undefined> {
    this.#check();
    const kept = this.#kept.get(batchId);
    return kept instanceof Uint8Array ? Uint8Array.from(kept) : kept;
  }

  async wipe(batchId: BatchId): Promise<void> {
    this.#check();
    if (this.#kept.has(batchId)) this.#kept.set(batchId, "WIPED");
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #check(): void {
    if (this.#closed) throw new Error("batch vault: used after it was closed");
  }

  #checkChance(seed: Uint8Array, batchId: BatchId): void {
    const text = seed.join();
    const before = this.#proposedFor.get(text) ?? batchId;
    if (before !== batchId) throw new Error("batch vault: the same seed for two batches");
    this.#proposedFor.set(text, batchId);
  }
}

const broken = (what: string): PortError =>
  new PortError("CONTRACT_BROKEN", `batch vault: ${what}`);

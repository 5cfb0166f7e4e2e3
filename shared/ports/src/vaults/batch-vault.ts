import type { BatchId } from "@scrip/domain";

/** The secrets of batches: seeds, each encrypted under a key in a file of its own. */
export interface BatchVault {
  /** Keeps a seed (32 bytes), put-if-absent; returns the seed that is kept. Durable on return. */
  keep(batchId: BatchId, seed: Uint8Array): Promise<Uint8Array>;
  /** The seed, or `"WIPED"` after the codes were confirmed, or undefined when there never was one. */
  seed(batchId: BatchId): Promise<Uint8Array | "WIPED" | undefined>;
  /** Deletes the key file, durably: from now on nobody can list the codes again. Harmless when repeated. */
  wipe(batchId: BatchId): Promise<void>;
  close(): Promise<void>;
}

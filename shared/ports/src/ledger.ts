import type { BatchEntry, ShardHead } from "@scrip/wire";

/** A signed batch as a writer offers it: the header entry and the exact bytes of its events. */
export interface SignedBatch {
  readonly header: BatchEntry;
  readonly events: readonly Uint8Array[];
}

export type SubmitResult =
  /** In a block that the quorum has made durable. */
  | { readonly kind: "COMMITTED"; readonly height: number; readonly head: ShardHead }
  /** The ledger is already past `fromSeq`: nothing was taken. Rebase and compare chains at `head`. */
  | { readonly kind: "BEHIND"; readonly head: ShardHead }
  /** The ledger has not reached `fromSeq`: nothing was taken, something before it is missing. */
  | { readonly kind: "AHEAD"; readonly head: ShardHead }
  /** Same position, other chain: two histories. The shard stops and alarms. */
  | { readonly kind: "FORK"; readonly head: ShardHead }
  /** Signature, writer, count, size or epoch is wrong: nothing was taken. */
  | { readonly kind: "REFUSED"; readonly reason: string; readonly head: ShardHead };

/** A run of entries cut at a seal: one block, as followers take it. */
export interface LedgerBlock {
  readonly height: number;
  /** Log index of the first entry. */
  readonly fromIndex: number;
  readonly entries: readonly Uint8Array[];
  /** Checkpoint note over the log up to and including this block's seal, with its cosignatures. */
  readonly checkpoint: string;
}

/** The ledger as followers see it. */
export interface LedgerReads {
  /** Head of a shard's stream. */
  head(shard: number): Promise<ShardHead>;
  /** Up to `limit` blocks whose first entry is at or after `fromIndex`, in order; block 0 is genesis and its seal. */
  blocks(fromIndex: number, limit: number): Promise<LedgerBlock[]>;
  /** Newest checkpoint note with the cosignatures known so far. */
  checkpoint(): Promise<string>;
  /** Calls back soon after a block or a renewed checkpoint, at times without one. Returns the way to stop. */
  onProgress(listener: () => void): () => void;
  close(): Promise<void>;
}

/** The ledger as writers see it, who also read. */
export interface Ledger extends LedgerReads {
  /**
   * Offers a batch. Resolves once its fate is known and, when COMMITTED, durable at a quorum.
   * Offering the same batch again is harmless.
   * @throws PortError UNAVAILABLE: it may still be taken later.
   */
  submit(batch: SignedBatch): Promise<SubmitResult>;
}

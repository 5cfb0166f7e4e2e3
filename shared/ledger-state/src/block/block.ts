import type { BatchEntry, EventEntry, RejectionReason, SealEntry, ShardHead } from "@scrip/wire";
import type { LeafWrite } from "../state/leaf-view.ts";
import type { NextState } from "../state/ledger-state.ts";

/** A batch as it is offered: its header entry and the exact bytes of its events. */
export interface OfferedBatch {
  readonly header: BatchEntry;
  readonly events: readonly Uint8Array[];
}

/** What one block is to be made of. */
export interface BlockInput {
  /** Above that of the last seal. */
  readonly height: number;
  /** Block time, milliseconds; not before the last seal's. */
  readonly timeMs: number;
  readonly batches: readonly OfferedBatch[];
}

/** Why a batch cannot be taken, however often it is offered. */
export type BatchFault =
  | "SHARD_UNKNOWN"
  | "HEADER_MALFORMED"
  | "COUNT_WRONG"
  | "EVENT_TOO_LONG"
  | "EPOCH_WRONG"
  | "WRITER_UNKNOWN"
  | "SIGNATURE_WRONG";

/** What became of a batch. Only a taken one leaves a trace. `head` is that of its shard's stream after it. */
export type BatchResult =
  | { readonly kind: "TAKEN"; readonly head: ShardHead }
  /** The stream is past `fromSeq`. */
  | { readonly kind: "BEHIND"; readonly head: ShardHead }
  /** The stream has not reached `fromSeq`. */
  | { readonly kind: "AHEAD"; readonly head: ShardHead }
  /** Same position, other chain. */
  | { readonly kind: "FORK"; readonly head: ShardHead }
  /** `head` is null for a shard that the chain does not have. */
  | { readonly kind: "REFUSED"; readonly reason: BatchFault; readonly head: ShardHead | null };

/** One event as the block judged it. */
export interface JudgedEvent {
  /** Log index of the event, or of the rejection in its place. */
  readonly index: number;
  /** Leaf hash of the event's bytes, hex. */
  readonly eventId: string;
  /** Null for bytes that are no event. */
  readonly entry: EventEntry | null;
  /** Null for an accepted event. */
  readonly reason: RejectionReason | null;
}

/** One tile of hashes as far as it is filled. */
export interface TileWrite {
  readonly level: number;
  readonly index: number;
  readonly bytes: Uint8Array;
}

/** A block that is not empty: what is to be stored, and what follows from it. */
export interface NewBlock {
  readonly height: number;
  /** Log index of its first entry. */
  readonly fromIndex: number;
  readonly entries: readonly Uint8Array[];
  readonly tiles: readonly TileWrite[];
  readonly leaves: readonly LeafWrite[];
  readonly buckets: readonly { readonly bucket: number; readonly bytes: Uint8Array | null }[];
  readonly meta: Uint8Array;
  /** Log size and root after the seal. */
  readonly size: number;
  readonly root: Uint8Array;
  readonly seal: SealEntry;
  readonly events: readonly JudgedEvent[];
  /** For `LedgerState.adopt`, once all of the above is durable. */
  readonly next: NextState;
}

export interface AppliedBlock {
  /** One for each batch, in order. */
  readonly results: readonly BatchResult[];
  /** Null when no batch was taken: then nothing changes, and there is no block. */
  readonly block: NewBlock | null;
}

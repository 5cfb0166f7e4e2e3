import { leafHash, merkleRoot } from "@scrip/merkle-log";
import {
  batchSigningBytes,
  encodeEntry,
  eventBytesMax,
  fromHex,
  type ShardHead,
} from "@scrip/wire";
import type { BatchFault, BatchResult, OfferedBatch } from "./block.ts";
import type { BlockDraft } from "./block-draft.ts";

/** A batch that is to be taken. */
export interface AdmittedBatch {
  /** Its header as an entry. */
  readonly bytes: Uint8Array;
  readonly head: ShardHead;
  /** Leaf hashes of its events, in order. */
  readonly leafHashes: readonly Uint8Array[];
}

/**
 * Judges a batch by its header, its place in the stream and its writer's signature, never by what its events say.
 * Gives what is needed to take it, or why it is not taken.
 */
export function judgeBatch(draft: BlockDraft, batch: OfferedBatch): AdmittedBatch | BatchResult {
  const { header, events } = batch;
  const head = headOf(draft, header.shard);
  if (head === undefined) return { kind: "REFUSED", reason: "SHARD_UNKNOWN", head: null };
  const refuse = (reason: BatchFault): BatchResult => ({ kind: "REFUSED", reason, head });
  const bytes = encoded(batch);
  if (bytes === undefined) return refuse("HEADER_MALFORMED");
  if (header.count !== events.length) return refuse("COUNT_WRONG");
  if (events.some((event) => event.length > eventBytesMax)) return refuse("EVENT_TOO_LONG");
  // An epoch ends what came before it: a store restored from an old copy cannot write a second history.
  if (header.epoch !== head.epoch) return refuse("EPOCH_WRONG");
  if (header.fromSeq < head.nextSeq) return { kind: "BEHIND", head };
  if (header.fromSeq > head.nextSeq) return { kind: "AHEAD", head };
  const leafHashes = events.map((event) => leafHash(draft.hash, event));
  const fault = signatureFault(draft, batch, leafHashes);
  if (fault !== null) return refuse(fault);
  if (header.chainBefore !== head.chain) return { kind: "FORK", head };
  return { bytes, head, leafHashes };
}

function headOf({ leaves, protocol }: BlockDraft, shard: number): ShardHead | undefined {
  const known = Number.isInteger(shard) && shard >= 0 && shard <= protocol.shards;
  return known ? leaves.need("shard-head", shard) : undefined;
}

function encoded({ header }: OfferedBatch): Uint8Array | undefined {
  try {
    return encodeEntry(header);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function signatureFault(
  draft: BlockDraft,
  { header }: OfferedBatch,
  leafHashes: readonly Uint8Array[],
): BatchFault | null {
  const writer = draft.leaves.get("key", { role: "WRITER", name: header.writer });
  if (writer === undefined) return "WRITER_UNKNOWN";
  const root = merkleRoot(draft.hash, leafHashes);
  const message = batchSigningBytes(draft.protocol.chainId, header, root);
  const { suite } = draft.state;
  const holds = suite.verify(fromHex(writer.publicKey), message, fromHex(header.signature));
  return holds ? null : "SIGNATURE_WRONG";
}

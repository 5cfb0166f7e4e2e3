import { merkleRoot, type Hash } from "@scrip/merkle-log";
import type { SignedBatch, Signer } from "@scrip/ports";
import { batchSigningBytes, fromHex, toHex } from "@scrip/wire";
import type { Batch } from "./own-stream.ts";

/** Whose chain a batch is for, and who signs it. */
export interface Writer {
  readonly chainId: string;
  readonly hash: Hash;
  readonly signer: Signer;
}

/** Signs a batch: chain, header and the root over its events' leaf hashes, which are their ids. */
export function signBatch(writer: Writer, shard: number, batch: Batch): SignedBatch {
  const { epoch, seq, chain } = batch.from;
  const header = { shard, epoch, fromSeq: seq, chainBefore: chain, count: batch.messages.length };
  const root = merkleRoot(
    writer.hash,
    batch.messages.map(({ eventId }) => fromHex(eventId)),
  );
  const signature = writer.signer.sign(batchSigningBytes(writer.chainId, header, root));
  return {
    header: { kind: "batch", ...header, writer: writer.signer.name, signature: toHex(signature) },
    events: batch.messages.map(({ bytes }) => bytes),
  };
}

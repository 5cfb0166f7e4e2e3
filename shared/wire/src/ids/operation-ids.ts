import type { HolderCommitment, OpId, ProgramId } from "@scrip/domain";
import type { Hash } from "../bytes.ts";
import { bigEndian, fromHex, hashTagged, terminated, toHex, utf8 } from "../bytes.ts";
import { tags } from "../tags.ts";

/** The operation of a caller's key: one participant and one key are one operation, whichever API key was used. */
export const opIdOf = (hash: Hash, caller: string, key: string): OpId =>
  toHex(hashTagged(hash, tags.operation, terminated(caller), utf8(key))) as OpId;

/** One chunk of a job: what one shard does of it at a time. */
export const chunkOpId = (hash: Hash, opId: OpId, at: { shard: number; chunk: number }): OpId =>
  toHex(
    hashTagged(hash, tags.chunk, fromHex(opId), bigEndian(at.shard, 2), bigEndian(at.chunk, 4)),
  ) as OpId;

/** One leg of a split. */
export const legOpId = (hash: Hash, opId: OpId, leg: number): OpId =>
  toHex(hashTagged(hash, tags.leg, fromHex(opId), bigEndian(leg, 2))) as OpId;

/**
 * What a pointer keeps of the body it came with, from its canonical JSON. A body that names a holder is hashed with
 * the holder's salt (hex): small sets of names could be guessed back.
 */
export const bodyHash = (hash: Hash, json: string, saltHex = ""): string =>
  toHex(hashTagged(hash, tags.body, fromHex(saltHex), utf8(json)));

/** What the ledger knows of a holder in one program, from the holder's salt (32 bytes hex). */
export const bindingCommitment = (
  hash: Hash,
  saltHex: string,
  programId: ProgramId,
): HolderCommitment =>
  toHex(hashTagged(hash, tags.binding, fromHex(saltHex), utf8(programId))) as HolderCommitment;

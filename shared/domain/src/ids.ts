import { nameCharsMax } from "./limits.ts";

declare const idBrand: unique symbol;
type Id<Name extends string> = string & { readonly [idBrand]: Name };

/** 20 bytes, lower-case hex. Its first byte, modulo the number of shards, is the card's shard. */
export type CardId = Id<"card">;
/** 32 bytes, lower-case hex: SHA-256 over caller and idempotency key, or derived from such a one. */
export type OpId = Id<"op">;
/** 16 bytes, lower-case hex. */
export type BatchId = Id<"batch">;
/** Text, `[a-z0-9][a-z0-9._-]*`, at most 64 characters. */
export type ProgramId = Id<"program">;
/** Text, `[a-z0-9][a-z0-9._-]*`, at most 64 characters: an issuer, distributor, acceptor, regulator or operator. */
export type ParticipantId = Id<"participant">;
/** 32 bytes, lower-case hex: what the ledger knows of a holder in one program. */
export type HolderCommitment = Id<"holder-commitment">;

const name = new RegExp(`^[a-z0-9][a-z0-9._-]{0,${nameCharsMax - 1}}$`);
const hexOf = (bytes: number) => new RegExp(`^[0-9a-f]{${bytes * 2}}$`);
const cardPattern = hexOf(20);
const opPattern = hexOf(32);
const batchPattern = hexOf(16);

function checked<T extends string>(text: string, pattern: RegExp, what: string): T {
  if (!pattern.test(text))
    throw new RangeError(`not a ${what}: ${JSON.stringify(text.slice(0, 80))}`);
  return text as T;
}

/** True when the text may name a program or participant. */
export const isName = (text: string): boolean => name.test(text);

/** Makers of ids. @throws RangeError on a text of another form: the caller should have checked it. */
export const cardId = (hex: string): CardId => checked(hex, cardPattern, "card id");
export const opId = (hex: string): OpId => checked(hex, opPattern, "operation id");
export const batchId = (hex: string): BatchId => checked(hex, batchPattern, "batch id");
export const programId = (text: string): ProgramId => checked(text, name, "program id");
export const participantId = (text: string): ParticipantId => checked(text, name, "participant id");
export const holderCommitment = (hex: string): HolderCommitment =>
  checked(hex, opPattern, "holder commitment");

/** The shard of a card or wallet: its first byte modulo the number of shards, which genesis fixes. */
export const shardOf = (id: string, shards: number): number =>
  Number.parseInt(id.slice(0, 2), 16) % shards;

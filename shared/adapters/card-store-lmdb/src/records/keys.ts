import type { BatchId, CardId, OpId } from "@scrip/domain";
import type { DueEntry, WalletEntry } from "@scrip/ports";
import { writer } from "./record-writer.ts";

/*
 * Keys of the databases. They sort as bytes, so whatever is read in order stands together.
 */

const cardBytes = 20;
const walletBytes = 20;
const batchBytes = 16;
const opBytes = 32;
/** Shard and time, before the kind and the id of what is due. */
const dueBytes = 10;
const cardPlace = 1;
const operationPlace = 2;

/** What stands where a mark has nothing to say beside its key. */
export const present = Buffer.from([1]);

export const cardKey = (cardId: CardId): Buffer => writer.start().hex(cardId, cardBytes).finish();
export const opKey = (opId: OpId): Buffer => writer.start().hex(opId, opBytes).finish();
export const claimKey = (claim: string): Buffer => Buffer.from(claim, "utf8");

export const operationKey = (shard: number, opId: OpId): Buffer =>
  writer.start().bigEndian(shard, 2).hex(opId, opBytes).finish();

/** Entry of a wallet's index; without a card: where the wallet's entries begin. */
export function walletKey(walletId: string, cardId: CardId | null): Buffer {
  writer.start().hex(walletId, walletBytes);
  return cardId === null ? writer.finish() : writer.hex(cardId, cardBytes).finish();
}

/** The entry that a key of the wallet index is. */
export const walletEntryOfKey = (key: Buffer): WalletEntry => ({
  walletId: key.toString("hex", 0, walletBytes),
  cardId: key.toString("hex", walletBytes) as CardId,
});

/** Entry of a batch's index; without a card: where the entries of this shard begin. */
export function batchKey(batchId: BatchId, shard: number, cardId: CardId | null): Buffer {
  writer.start().hex(batchId, batchBytes).bigEndian(shard, 2);
  return cardId === null ? writer.finish() : writer.hex(cardId, cardBytes).finish();
}

/** Entry of the due index; what is due first sorts first. */
export function dueKey(shard: number, { dueAtMs, kind, id }: DueEntry): Buffer {
  writer.start().bigEndian(shard, 2).bigEndian(dueAtMs, 8);
  return kind === "CARD"
    ? writer.byte(cardPlace).hex(id, cardBytes).finish()
    : writer.byte(operationPlace).hex(id, opBytes).finish();
}

/** Where the entries of a shard begin that are due at this time or later. */
export const dueStart = (shard: number, dueAtMs: number): Buffer =>
  writer.start().bigEndian(shard, 2).bigEndian(dueAtMs, 8).finish();

/** @throws RangeError when the bytes are no key of the due index. */
export function dueOfKey(key: Buffer): DueEntry {
  const dueAtMs = Number(key.readBigUInt64BE(2));
  const place = key.readUInt8(dueBytes);
  const id = dueIdOfKey(key);
  if (place === cardPlace && id.length === cardBytes * 2)
    return { dueAtMs, kind: "CARD", id: id as CardId };
  if (place === operationPlace && id.length === opBytes * 2)
    return { dueAtMs, kind: "OPERATION", id: id as OpId };
  throw new RangeError("not an entry of the due index");
}

/** The card at the end of an index key. */
export const cardOfKey = (key: Buffer): CardId =>
  key.toString("hex", key.length - cardBytes, key.length) as CardId;

/** The operation key at the end of a key. */
export const opOfKey = (key: Buffer): OpId =>
  key.toString("hex", key.length - opBytes, key.length) as OpId;

/** The id of what is due, whatever the key says that it is. */
export const dueIdOfKey = (key: Buffer): string => key.toString("hex", dueBytes + 1);

export const shardKey = (shard: number): Buffer => writer.start().bigEndian(shard, 2).finish();

/** Place of an event in the outbox. */
export const placeKey = (place: number): Buffer => writer.start().bigEndian(place, 6).finish();

export const placeOfKey = (key: Buffer): number => key.readUIntBE(0, 6);

/** First key after this one. */
export const justAfter = (key: Buffer): Buffer => Buffer.concat([key, Buffer.from([0])]);

/** First key behind all keys that begin with these bytes. */
export const behind = (start: Buffer): Buffer => Buffer.concat([start, Buffer.alloc(40, 0xff)]);

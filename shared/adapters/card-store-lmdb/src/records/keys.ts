import type { BatchId, CardId, OpId } from "@scrip/domain";
import type { DueEntry } from "@scrip/ports";

/*
 * Keys of the databases. They sort as bytes, so whatever is read in order stands together.
 */

const cardBytes = 20;
const opBytes = 32;
/** Shard and time, before the kind and the id of what is due. */
const dueBytes = 10;
const cardPlace = 1;
const operationPlace = 2;

/** Marks an index entry that has nothing to say beside its key. */
export const present = Buffer.from([1]);

export const cardKey = (cardId: CardId): Buffer => bytesOf(cardId, cardBytes);
export const opKey = (opId: OpId): Buffer => bytesOf(opId, opBytes);
export const claimKey = (claim: string): Buffer => Buffer.from(claim, "utf8");

export const operationKey = (shard: number, opId: OpId): Buffer =>
  Buffer.concat([shardKey(shard), bytesOf(opId, opBytes)]);

/** Entry of a wallet's index; without a card: where the wallet's entries begin. */
export const walletKey = (walletId: string, cardId: CardId | null): Buffer =>
  cardId === null ? bytesOf(walletId, 20) : bytesOf(walletId + cardId, 40);

/** Entry of a batch's index; without a card: where the entries of this shard begin. */
export function batchKey(batchId: BatchId, shard: number, cardId: CardId | null): Buffer {
  const start = [bytesOf(batchId, 16), shardKey(shard)];
  return Buffer.concat(cardId === null ? start : [...start, bytesOf(cardId, 20)]);
}

/** Entry of the due index: what is due first sorts first. */
export function dueKey(shard: number, { dueAtMs, kind, id }: DueEntry): Buffer {
  const [place, bytes] = kind === "CARD" ? [cardPlace, cardBytes] : [operationPlace, opBytes];
  return Buffer.concat([dueStart(shard, dueAtMs), Buffer.from([place]), bytesOf(id, bytes)]);
}

/** Where the entries of a shard begin that are due at this time or later. */
export function dueStart(shard: number, dueAtMs: number): Buffer {
  const key = Buffer.allocUnsafe(dueBytes);
  key.writeUInt16BE(shard, 0);
  key.writeBigUInt64BE(BigInt(dueAtMs), 2);
  return key;
}

/** @throws RangeError when the bytes are no key of the due index. */
export function dueOfKey(key: Buffer): DueEntry {
  const dueAtMs = Number(key.readBigUInt64BE(2));
  const place = key.readUInt8(dueBytes);
  const id = key.toString("hex", dueBytes + 1);
  if (place === cardPlace && id.length === cardBytes * 2)
    return { dueAtMs, kind: "CARD", id: id as CardId };
  if (place === operationPlace && id.length === opBytes * 2)
    return { dueAtMs, kind: "OPERATION", id: id as OpId };
  throw new RangeError("not an entry of the due index");
}

/** The card at the end of an index key. */
export const cardOfKey = (key: Buffer): CardId =>
  key.toString("hex", key.length - 20, key.length) as CardId;

export function shardKey(shard: number): Buffer {
  const key = Buffer.allocUnsafe(2);
  key.writeUInt16BE(shard, 0);
  return key;
}

/** Place of an event in the outbox. */
export function placeKey(place: number): Buffer {
  const key = Buffer.allocUnsafe(6);
  key.writeUIntBE(place, 0, 6);
  return key;
}

export const placeOfKey = (key: Buffer): number => key.readUIntBE(0, 6);

/** First key after this one. */
export const justAfter = (key: Buffer): Buffer => Buffer.concat([key, Buffer.from([0])]);

/** First key behind all keys that begin with these bytes. */
export function behind(start: Buffer): Buffer {
  return Buffer.concat([start, Buffer.alloc(40, 0xff)]);
}

function bytesOf(hex: string, count: number): Buffer {
  const key = Buffer.from(hex, "hex");
  if (key.length !== count || hex.length !== count * 2)
    throw new RangeError(`not ${count} bytes of hex: ${JSON.stringify(hex.slice(0, 80))}`);
  return key;
}

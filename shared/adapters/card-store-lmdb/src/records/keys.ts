import type { BatchId, CardId, OpId } from "@scrip/domain";

/*
 * Keys of the databases. They sort as bytes, so whatever is read in order stands together.
 */

/** Marks an index entry that has nothing to say beside its key. */
export const present = Buffer.from([1]);

export const cardKey = (cardId: CardId): Buffer => bytesOf(cardId, 20);
export const opKey = (opId: OpId): Buffer => bytesOf(opId, 32);
export const claimKey = (claim: string): Buffer => Buffer.from(claim, "utf8");

export const operationKey = (shard: number, opId: OpId): Buffer =>
  Buffer.concat([shardKey(shard), bytesOf(opId, 32)]);

/** Entry of a wallet's index; without a card: where the wallet's entries begin. */
export const walletKey = (walletId: string, cardId: CardId | null): Buffer =>
  cardId === null ? bytesOf(walletId, 20) : bytesOf(walletId + cardId, 40);

/** Entry of a batch's index; without a card: where the entries of this shard begin. */
export function batchKey(batchId: BatchId, shard: number, cardId: CardId | null): Buffer {
  const start = [bytesOf(batchId, 16), shardKey(shard)];
  return Buffer.concat(cardId === null ? start : [...start, bytesOf(cardId, 20)]);
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

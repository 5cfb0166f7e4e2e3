import { writeHex } from "@scrip/wire";

/**
 * Log indexes and sizes as six bytes, big endian: LMDB orders keys by their bytes. 2^48 entries are enough for
 * 890 years at 10,000 entries a second.
 */
const indexBytes = 6;

export function indexKey(index: number): Uint8Array {
  const key = new Uint8Array(indexBytes);
  putIndex(key, 0, index);
  return key;
}

export function readIndex(bytes: Uint8Array, at = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getUint16(at) * 2 ** 32 + view.getUint32(at + 2);
}

/**
 * The three bytes that name a bucket. Leaves are kept under their map keys, 32 bytes: LMDB puts a key before all that
 * it is the beginning of, and so each bucket before the leaves it covers.
 */
export const bucketKey = (bucket: number): Uint8Array =>
  Uint8Array.of(bucket >>> 16, bucket >>> 8, bucket);

/** The first three bytes of a map key, as a number: no bucket above it covers that leaf. */
export const bucketStart = (key: Uint8Array): number =>
  ((key[0] ?? 0) << 16) | ((key[1] ?? 0) << 8) | (key[2] ?? 0);

/** Level in one byte, then the index of the tile. */
export function tileKey(level: number, index: number): Uint8Array {
  const key = new Uint8Array(1 + indexBytes);
  key[0] = level;
  putIndex(key, 1, index);
  return key;
}

/** Card id (20 bytes), then the log index of an entry that names it. */
export function cardKey(cardIdHex: string, index: number): Uint8Array {
  const idBytes = cardIdHex.length / 2;
  const key = new Uint8Array(idBytes + indexBytes);
  writeHex(cardIdHex, key, 0);
  putIndex(key, idBytes, index);
  return key;
}

/** A list's name, a zero byte so that no name is the beginning of another, and the first log index of one record. */
export function listKey(list: string, index: number): Uint8Array {
  const name = Buffer.from(list);
  const key = new Uint8Array(name.length + 1 + indexBytes);
  key.set(name);
  putIndex(key, name.length + 1, index);
  return key;
}

/** The log index that ends a card's or a list's key. */
export const indexAtEnd = (key: Uint8Array): number => readIndex(key, key.length - indexBytes);

/** Two numbers of six bytes: what a block's record holds beside its size. */
export function pairOf(first: number, second: number): Uint8Array {
  const bytes = new Uint8Array(2 * indexBytes);
  putIndex(bytes, 0, first);
  putIndex(bytes, indexBytes, second);
  return bytes;
}

export function readPair(bytes: Uint8Array): readonly [number, number] {
  return [readIndex(bytes), readIndex(bytes, indexBytes)];
}

// Byte by byte: a view of so few bytes costs more than writing them.
function putIndex(bytes: Uint8Array, at: number, index: number): void {
  const high = Math.floor(index / 2 ** 32);
  bytes[at] = high >>> 8;
  bytes[at + 1] = high;
  bytes[at + 2] = index >>> 24;
  bytes[at + 3] = index >>> 16;
  bytes[at + 4] = index >>> 8;
  bytes[at + 5] = index;
}

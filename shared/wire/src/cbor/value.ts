import { cborDepthMax } from "./limits.ts";
import { CborReader } from "./reader.ts";
import { CborWriter } from "./writer.ts";

/**
 * What canonical CBOR may hold in Scrip. Whole numbers within ±(2^53−1) are read as numbers, those beyond, up to 64
 * bits, as bigints; a bigint within that range is written as the same number. Map keys are whole numbers.
 */
export type CborValue =
  number | bigint | string | Uint8Array | boolean | null | readonly CborValue[] | CborMap;
export interface CborMap extends ReadonlyMap<number, CborValue> {}

const writer = new CborWriter();

/**
 * Canonical CBOR of a value (RFC 8949 §4.2.1).
 * @throws RangeError for what it cannot hold: fractions, integers beyond 64 bits, lone surrogates, too deep or long.
 */
export function encodeCbor(value: CborValue): Uint8Array {
  writer.start();
  write(value, 0);
  return writer.finish();
}

/** RFC 8949 §4.2.1 orders keys by their encoded bytes: 0, 1, 2, … and then −1, −2, …. */
const byEncoding = (a: number, b: number): number =>
  a < 0 === b < 0 ? Math.abs(a) - Math.abs(b) : b - a;

function write(value: CborValue, depth: number): void {
  if (typeof value === "number" || typeof value === "bigint") return writer.int(value);
  if (typeof value === "string") return writer.text(value);
  if (typeof value === "boolean") return writer.boolean(value);
  if (value === null) return writer.null();
  if (value instanceof Uint8Array) return writer.bytes(value);
  if (depth === cborDepthMax) throw new RangeError(`nested deeper than ${cborDepthMax}`);
  if (value instanceof Map) return writeMap(value as CborMap, depth + 1);
  const items = value as readonly CborValue[];
  writer.array(items.length);
  for (const item of items) write(item, depth + 1);
}

function writeMap(map: CborMap, depth: number): void {
  writer.map(map.size);
  for (const key of [...map.keys()].sort(byEncoding)) {
    writer.int(key);
    write(map.get(key) ?? null, depth);
  }
}

/**
 * The one value that these bytes are the canonical CBOR of.
 * @throws CborError for anything that `encodeCbor` would not have written.
 */
export function decodeCbor(bytes: Uint8Array): CborValue {
  const reader = new CborReader(bytes);
  const value = read(reader, 0);
  reader.end();
  return value;
}

function read(reader: CborReader, depth: number): CborValue {
  const start = reader.offset;
  const major = reader.peekMajor();
  if (major <= 1) return reader.int();
  if (major === 2) return new Uint8Array(reader.bytes());
  if (major === 3) return reader.text();
  if (major === 7) return reader.simple();
  if (major === 6) return reader.fail("CBOR_UNSUPPORTED", "tag");
  if (depth === cborDepthMax)
    return reader.fail("CBOR_TOO_DEEP", `deeper than ${cborDepthMax}`, start);
  if (major === 5) return readMap(reader, depth + 1);
  return Array.from({ length: reader.array() }, () => read(reader, depth + 1));
}

function readMap(reader: CborReader, depth: number): CborMap {
  const map = new Map<number, CborValue>();
  let last: number | null = null;
  for (let left = reader.map(); left > 0; left--) {
    const start = reader.offset;
    if (reader.peekMajor() > 1) reader.fail("CBOR_UNSUPPORTED", "a key that is not a whole number");
    const key = reader.int();
    if (typeof key === "bigint")
      return reader.fail("CBOR_UNSUPPORTED", "a key beyond 2^53−1", start);
    if (last !== null && byEncoding(last, key) >= 0) {
      reader.fail("CBOR_KEY_ORDER", `key ${key} behind key ${last}`, start);
    }
    map.set(key, read(reader, depth));
    last = key;
  }
  return map;
}

import { CborError } from "../cbor/cbor-error.ts";
import type { CborReader } from "../cbor/reader.ts";
import type { CborWriter } from "../cbor/writer.ts";
import type { Codec } from "./codec.ts";

/** One pair of a map: its number, its value, and the value that is said by leaving the pair out. */
export interface Field<T> {
  readonly key: number;
  readonly codec: Codec<T>;
  readonly absent: Absent<T> | null;
}

interface Absent<T> {
  readonly value: T;
  is(value: T): boolean;
}

/** A pair that is always there. */
export const field = <T>(key: number, codec: Codec<T>): Field<T> => ({ key, codec, absent: null });

/** A pair that is left out when its value is `null`. */
export const optional = <T>(key: number, codec: Codec<T>): Field<T | null> => ({
  key,
  codec,
  absent: { value: null, is: (value) => value === null },
});

/** A pair that is left out when its list is empty. */
export const listed = <T>(key: number, codec: Codec<readonly T[]>): Field<readonly T[]> => ({
  key,
  codec,
  absent: { value: [], is: (value) => value.length === 0 },
});

/** A pair that always has this one value and says what kind of map it is; writing asks for no value. */
export const constant = <V extends number>(key: number, value: V): Field<V> =>
  field<V>(key, {
    write: (writer) => writer.int(value),
    read(reader) {
      const start = reader.offset;
      const found = reader.uint();
      if (found !== value) reader.fail("CBOR_UNEXPECTED", `${found} instead of ${value}`, start);
      return value;
    },
  });

/** The fields of a map, by name; every property of `T` has one. */
export type Fields<T> = { readonly [K in keyof T]-?: Field<T[K]> };

/** Where the value of each pair is found in what is written. */
export type Views<S, T> = { readonly [K in keyof T]-?: (source: S) => unknown };

/** Writes one thing and reads the pairs it was written as. */
export interface Projection<S, T> {
  write(writer: CborWriter, source: S): void;
  read(reader: CborReader): T;
}

interface Named<S> extends Field<unknown> {
  readonly name: string;
  readonly view: (source: S) => unknown;
}

/**
 * A map with small whole-number keys and exactly these pairs: one missing, unknown, out of order, or present with the
 * value that is said by leaving it out is refused, so that a value has one encoding.
 */
export function record<T extends object>(fields: Fields<T>): Codec<T> {
  const names = Object.keys(fields).map((name) => [
    name,
    (source: T) => (source as Record<string, unknown>)[name],
  ]);
  return projected<T, T>(fields, Object.fromEntries(names) as Views<T, T>);
}

/** The same, written from a source of another shape. */
export function projected<S, T extends object>(
  fields: Fields<T>,
  views: Views<S, T>,
): Projection<S, T> {
  const viewOf = views as Readonly<Record<string, (source: S) => unknown>>;
  const byKey = Object.entries(fields as Fields<Record<string, unknown>>)
    .map(([name, { key, codec, absent }]): Named<S> => {
      const view = viewOf[name];
      if (view === undefined) throw new RangeError(`no view of ${name}`);
      return { name, key, codec, absent, view };
    })
    .sort((a, b) => a.key - b.key);
  return {
    write: (writer, source) => writePairs(byKey, writer, source),
    read: (reader) => readPairs(byKey, reader) as T,
  };
}

function writePairs<S>(byKey: readonly Named<S>[], writer: CborWriter, source: S): void {
  let pairs = byKey.length;
  for (const { absent, view } of byKey) if (absent !== null && absent.is(view(source))) pairs--;
  writer.map(pairs);
  for (const { key, codec, absent, view } of byKey) {
    const value = view(source);
    if (absent?.is(value) === true) continue;
    writer.int(key);
    codec.write(writer, value);
  }
}

function readPairs(byKey: readonly Named<never>[], reader: CborReader): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  let left = reader.map();
  let next = left > 0 ? reader.uint() : -1;
  for (const { name, key, codec, absent } of byKey) {
    if (next !== key) {
      if (absent === null) return reader.fail("CBOR_UNEXPECTED", `no key ${key} (${name})`);
      value[name] = absent.value;
      continue;
    }
    const start = reader.offset;
    try {
      value[name] = codec.read(reader);
    } catch (error) {
      throw error instanceof CborError ? error.within(name) : error;
    }
    if (absent?.is(value[name]) === true) {
      reader.fail("CBOR_UNEXPECTED", `${name} is said by leaving it out`, start);
    }
    left--;
    next = left > 0 ? reader.uint() : -1;
  }
  if (left > 0) reader.fail("CBOR_UNEXPECTED", `key ${next} is unknown here or out of order`);
  return value;
}

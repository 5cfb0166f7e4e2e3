import type { CborReader } from "../cbor/reader.ts";
import type { CborWriter } from "../cbor/writer.ts";

/**
 * One form of bytes for one kind of value, both ways. What `read` takes, `write` gives back byte for byte.
 * `write` throws RangeError for a value outside its type; `read` throws CborError.
 */
export interface Codec<T> {
  write(writer: CborWriter, value: T): void;
  read(reader: CborReader): T;
}

/** An array of `min` to `max` items of one kind. */
export function arrayOf<T>(
  item: Codec<T>,
  { min, max }: { min: number; max: number },
): Codec<readonly T[]> {
  return {
    write(writer, items) {
      if (items.length < min || items.length > max)
        throw new RangeError(`${items.length} items, ${min} to ${max}`);
      writer.array(items.length);
      for (const one of items) item.write(writer, one);
    },
    read(reader) {
      const start = reader.offset;
      const count = reader.array();
      if (count < min || count > max) {
        reader.fail("CBOR_UNEXPECTED", `${count} items instead of ${min} to ${max}`, start);
      }
      const items: T[] = [];
      for (let i = 0; i < count; i++) items.push(item.read(reader));
      return items;
    },
  };
}

/** A fixed array whose places have names, in the order written here. */
export function tuple<T extends object>(places: {
  readonly [K in keyof T]-?: Codec<T[K]>;
}): Codec<T> {
  const named = Object.entries<Codec<unknown>>(places);
  return {
    write(writer, value) {
      const source = value as Record<string, unknown>;
      writer.array(named.length);
      for (const [name, codec] of named) codec.write(writer, source[name]);
    },
    read(reader) {
      const start = reader.offset;
      const count = reader.array();
      if (count !== named.length) {
        reader.fail("CBOR_UNEXPECTED", `${count} items instead of ${named.length}`, start);
      }
      const value: Record<string, unknown> = {};
      for (const [name, codec] of named) value[name] = codec.read(reader);
      return value as T;
    },
  };
}

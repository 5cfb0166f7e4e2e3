import { amount, isName, programVersionMax, unit } from "@scrip/domain";
import type { Amount, Unit } from "@scrip/domain";
import type { CborReader } from "../cbor/reader.ts";
import { latestMs } from "../http/time.ts";
import type { Codec } from "./codec.ts";

/** A whole number from `min` to `max`. */
export const whole = (min: number, max: number = Number.MAX_SAFE_INTEGER): Codec<number> => ({
  write(writer, value) {
    if (value < min || value > max) throw new RangeError(`${value} is not within ${min} to ${max}`);
    writer.int(value);
  },
  read(reader) {
    const start = reader.offset;
    const value = reader.uint(max);
    if (value < min) reader.fail("CBOR_UNEXPECTED", `${value} is below ${min}`, start);
    return value;
  },
});

/** Number of a program version: no larger than a leaf's id can name. */
export const programVersionCodec = whole(1, programVersionMax);

/** Milliseconds since the epoch. */
export const timeMs = whole(0, latestMs);

/** Minor units, 0 to 2^53−1. */
export const amountCodec: Codec<Amount> = {
  write: (writer, value) => writer.int(value),
  read: (reader) => amount(reader.uint()),
};

/** A signed sum of minor units within 64 bits. */
export const sumCodec: Codec<bigint> = {
  write: (writer, value) => writer.int(value),
  read: (reader) => BigInt(reader.int()),
};

/** Bytes of a total that no integer of CBOR holds: two's complement, big endian. */
const wideTotalBytes = 16;
const wideTotalBits = 8 * wideTotalBytes;
/** RFC 8949 §3.1: major types 0 and 1 end here. */
const integerEnd = 2n ** 64n;
const isInteger = (value: bigint): boolean => value >= -integerEnd && value < integerEnd;

/**
 * A signed sum of minor units over any number of cards: an integer, or 16 bytes where that is too short. 2,049 cards may
 * hold more than 64 bits together, and what is admitted must be writable: a total that is not would stop the chain.
 */
export const totalCodec: Codec<bigint> = {
  write(writer, value) {
    if (isInteger(value)) return writer.int(value);
    if (BigInt.asIntN(wideTotalBits, value) !== value)
      throw new RangeError(`more than ${wideTotalBits} bits: ${value}`);
    const digits = BigInt.asUintN(wideTotalBits, value).toString(16);
    writer.hex(digits.padStart(2 * wideTotalBytes, "0"));
  },
  read(reader) {
    if (reader.peekMajor() !== 2) return BigInt(reader.int());
    const start = reader.offset;
    const value = BigInt.asIntN(wideTotalBits, BigInt(`0x${reader.hex(wideTotalBytes)}`));
    if (isInteger(value)) reader.fail("CBOR_NOT_SHORTEST", "an integer would do", start);
    return value;
  },
};

export const booleanCodec: Codec<boolean> = {
  write: (writer, value) => writer.boolean(value),
  read: (reader) => reader.boolean(),
};

/** A byte string of `min` to `max` bytes, lower-case hex in memory. */
export const hex = <T extends string>(min: number, max = min): Codec<T> => ({
  write(writer, value) {
    if (value.length < 2 * min || value.length > 2 * max)
      throw new RangeError(`hex of ${value.length} characters`);
    writer.hex(value);
  },
  read: (reader) => reader.hex(min, max) as T,
});

/** A byte string of at most `max` bytes, as it is. */
export const bytesCodec = (max: number): Codec<Uint8Array> => ({
  write: (writer, value) => writer.bytes(value),
  read: (reader) => new Uint8Array(reader.bytes(max)),
});

/** A text that passes `accepts`. */
const textOf = <T extends string>(what: string, accepts: (text: string) => boolean): Codec<T> => ({
  write(writer, value) {
    if (!accepts(value))
      throw new RangeError(`not a ${what}: ${JSON.stringify(value.slice(0, 80))}`);
    writer.text(value);
  },
  read(reader: CborReader) {
    const start = reader.offset;
    const text = reader.text();
    if (!accepts(text)) reader.fail("CBOR_UNEXPECTED", `not a ${what}`, start);
    return text as T;
  },
});

/** Program and participant ids. */
export const nameCodec = <T extends string>(): Codec<T> => textOf<T>("name", isName);

const label = /^[!-~]{1,128}$/;
/** Origins, key names and algorithm names: 1 to 128 visible ASCII characters. */
export const labelCodec: Codec<string> = textOf("label", (text) => label.test(text));

export const unitCodec: Codec<Unit> = {
  write: (writer, value) => writer.text(value),
  read(reader) {
    const start = reader.offset;
    const text = reader.text();
    try {
      return unit(text);
    } catch {
      return reader.fail("CBOR_UNEXPECTED", "not a unit", start);
    }
  },
};

/** One of a closed set of words, each with its number; the compiler requires all of them. */
export function oneOf<T extends string>(numbers: Readonly<Record<T, number>>): Codec<T> {
  const words = new Map(
    Object.entries<number>(numbers).map(([word, number]) => [number, word as T]),
  );
  return {
    write: (writer, value) => writer.int(numbers[value]),
    read(reader) {
      const start = reader.offset;
      const number = reader.uint();
      return (
        words.get(number) ??
        reader.fail("CBOR_UNEXPECTED", `${number} stands for nothing here`, start)
      );
    },
  };
}

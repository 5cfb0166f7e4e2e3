import { toHex } from "../bytes.ts";
import type { CborErrorCode } from "./cbor-error.ts";
import { CborError } from "./cbor-error.ts";
import { cborBytesMax } from "./limits.ts";

const majors = [
  "whole number",
  "negative number",
  "bytes",
  "text",
  "array",
  "map",
  "tag",
  "simple value",
];
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const word = 2 ** 32;
/** Texts up to this many bytes are read character by character, which beats the decoder's fixed cost. */
const shortTextBytes = 96;

/**
 * Reads the items of canonical CBOR one after another and refuses whatever RFC 8949 §4.2.1 would write otherwise.
 * The order of map keys is for the caller to check.
 * @throws CborError from every method, naming the offset of the item at fault.
 */
export class CborReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    if (bytes.length > cborBytesMax) {
      throw new CborError("CBOR_TOO_LONG", 0, { detail: `more than ${cborBytesMax} bytes` });
    }
    this.#bytes = bytes;
  }

  get offset(): number {
    return this.#at;
  }

  /** Major type of the next item (RFC 8949 §3.1), without moving. */
  peekMajor(): number {
    return this.#byteAt(this.#at) >> 5;
  }

  /** A number from 0 to `max`. */
  uint(max = Number.MAX_SAFE_INTEGER): number {
    const start = this.#at;
    const value = this.#argument(0);
    if (value > max) this.fail("CBOR_UNEXPECTED", `${value} is above ${max}`, start);
    return value;
  }

  /** Any whole number from −2^64 to 2^64−1: a number within ±(2^53−1), a bigint beyond. */
  int(): number | bigint {
    const start = this.#at;
    const major = this.peekMajor();
    if (major > 1) this.#unexpected(0, start);
    const argument = this.#wideArgument(major);
    if (major === 0) return argument;
    if (typeof argument === "bigint") return -1n - argument;
    return argument === Number.MAX_SAFE_INTEGER ? -1n - BigInt(argument) : -1 - argument;
  }

  /** A byte string of at most `max` bytes, as a view of the input (which may be a Buffer: copy to keep). */
  bytes(max = cborBytesMax): Uint8Array {
    const length = this.#length(2, max);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** A byte string of `min` to `max` bytes, as lower-case hex. */
  hex(min: number, max = min): string {
    const start = this.#at;
    const length = this.#length(2, cborBytesMax);
    if (length < min || length > max) {
      this.fail(
        "CBOR_UNEXPECTED",
        `${length} bytes instead of ${min === max ? min : `${min} to ${max}`}`,
        start,
      );
    }
    this.#at += length;
    return toHex(this.#bytes, this.#at - length, this.#at);
  }

  /** A text of at most `maxBytes` bytes of UTF-8. */
  text(maxBytes = cborBytesMax): string {
    const start = this.#at;
    const length = this.#length(3, maxBytes);
    const from = this.#at;
    this.#at += length;
    const short = length <= shortTextBytes ? this.#ascii(from, this.#at) : null;
    if (short !== null) return short;
    try {
      return decoder.decode(this.#bytes.subarray(from, this.#at));
    } catch {
      return this.fail("CBOR_TEXT_INVALID", "not UTF-8", start);
    }
  }

  /** Head of an array: how many items follow. */
  array(): number {
    return this.#count(4, 1);
  }

  /** Head of a map: how many pairs follow. */
  map(): number {
    return this.#count(5, 2);
  }

  boolean(): boolean {
    const start = this.#at;
    const simple = this.#argument(7);
    if (simple !== 20 && simple !== 21) this.fail("CBOR_UNEXPECTED", "not a boolean", start);
    return simple === 21;
  }

  /** A boolean or null. */
  simple(): boolean | null {
    const start = this.#at;
    if (this.#byteAt(start) !== 0xf6) return this.boolean();
    this.#at++;
    return null;
  }

  /** RFC 8949 §5.2: one item and nothing behind it. */
  end(): void {
    const left = this.#bytes.length - this.#at;
    if (left !== 0) this.fail("CBOR_TRAILING_BYTES", `${left} bytes behind the item`);
  }

  /** @throws CborError always */
  fail(code: CborErrorCode, detail: string, offset = this.#at): never {
    throw new CborError(code, offset, { detail });
  }

  #ascii(from: number, to: number): string | null {
    let text = "";
    for (let at = from; at < to; at++) {
      const byte = this.#bytes[at] ?? 0;
      if (byte > 0x7f) return null;
      text += String.fromCharCode(byte);
    }
    return text;
  }

  #byteAt(at: number): number {
    const byte = this.#bytes[at];
    if (byte === undefined) this.fail("CBOR_TRUNCATED", "the bytes end here", at);
    return byte;
  }

  #length(major: number, max: number): number {
    const start = this.#at;
    const length = this.#argument(major);
    if (length > max) this.fail("CBOR_TOO_LONG", `${length} bytes, at most ${max} here`, start);
    if (this.#at + length > this.#bytes.length)
      this.fail("CBOR_TRUNCATED", `${length} bytes announced`, start);
    return length;
  }

  /** A count that the bytes left cannot hold is refused before anything is made for it. */
  #count(major: number, bytesEach: number): number {
    const start = this.#at;
    const count = this.#argument(major);
    if (count * bytesEach > this.#bytes.length - this.#at) {
      this.fail("CBOR_TRUNCATED", `${count} items announced`, start);
    }
    return count;
  }

  #argument(major: number): number {
    const start = this.#at;
    const initial = this.#byteAt(start);
    const info = initial & 31;
    if (initial >> 5 === major && info < 24) {
      this.#at++;
      return info;
    }
    const argument = this.#wideArgument(major);
    if (typeof argument === "bigint") return this.fail("CBOR_UNEXPECTED", "above 2^53−1", start);
    return argument;
  }

  /** RFC 8949 §3: the argument in the head's low five bits or in the 1, 2, 4 or 8 bytes behind it. */
  #wideArgument(major: number): number | bigint {
    const start = this.#at;
    const initial = this.#byteAt(start);
    if (initial >> 5 !== major) this.#unexpected(major, start);
    const info = initial & 31;
    this.#at++;
    if (info < 24) return info;
    if (info > 27 || major === 7) {
      this.fail("CBOR_UNSUPPORTED", "indefinite length, float or reserved form", start);
    }
    const size = 1 << (info - 24);
    let high = 0;
    let low = 0;
    for (let i = 0; i < size; i++) {
      const byte = this.#byteAt(this.#at++);
      if (i < size - 4) high = high * 256 + byte;
      else low = low * 256 + byte;
    }
    const shortest = size === 1 ? low >= 24 : size === 8 ? high > 0 : low >= 2 ** (4 * size);
    if (!shortest) this.fail("CBOR_NOT_SHORTEST", "a shorter head would do", start);
    const value = high * word + low;
    return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low);
  }

  #unexpected(major: number, start: number): never {
    const found = this.#byteAt(start) >> 5;
    const code = found === 6 ? "CBOR_UNSUPPORTED" : "CBOR_UNEXPECTED";
    return this.fail(code, `a ${majors[found]} instead of a ${majors[major]}`, start);
  }
}

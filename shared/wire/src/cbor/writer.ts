import { copyOf, utf8, writeHex } from "../bytes.ts";
import { cborBytesMax } from "./limits.ts";

const firstBytes = 1_024;
const word = 2 ** 32;
const loneSurrogate = /\p{Surrogate}/u;

/**
 * Writes the items of canonical CBOR one after another (RFC 8949 §4.2.1): every head in its shortest form, lengths
 * definite. Whoever writes a map announces its pairs and keeps their keys in order. Used again after `start`.
 * A value that cannot be written is a broken promise: RangeError.
 */
export class CborWriter {
  #bytes = new Uint8Array(firstBytes);
  #at = 0;

  /** Forgets what was written. */
  start(): void {
    this.#at = 0;
  }

  /** A copy of what was written. @throws RangeError when it is longer than anybody would read. */
  finish(): Uint8Array {
    return copyOf(this.written());
  }

  /** A view of what was written, good until the next `start`. @throws RangeError when it is too long */
  written(): Uint8Array {
    if (this.#at > cborBytesMax) throw new RangeError(`more than ${cborBytesMax} bytes`);
    return this.#bytes.subarray(0, this.#at);
  }

  get length(): number {
    return this.#at;
  }

  /** A whole number within 64 bits and its sign bit: −2^64 to 2^64−1. */
  int(value: number | bigint): void {
    if (typeof value === "bigint") return this.#bigint(value);
    if (!Number.isSafeInteger(value)) throw new RangeError(`not a safe integer: ${value}`);
    if (value >= 0) this.#head(0x00, value);
    else this.#head(0x20, -1 - value);
  }

  bytes(value: Uint8Array): void {
    this.#head(0x40, value.length);
    this.#room(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  /** A byte string given as lower-case hex. */
  hex(text: string): void {
    const length = text.length >> 1;
    this.#head(0x40, length);
    this.#room(length);
    writeHex(text, this.#bytes, this.#at);
    this.#at += length;
  }

  text(value: string): void {
    const length = value.length;
    this.#room(length + 9);
    const start = this.#at;
    this.#head(0x60, length);
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) {
        this.#at = start;
        return this.#wideText(value);
      }
      this.#bytes[this.#at++] = code;
    }
  }

  /** Head of an array; its items follow. */
  array(items: number): void {
    this.#head(0x80, items);
  }

  /** Head of a map; its pairs follow, keys ascending. */
  map(pairs: number): void {
    this.#head(0xa0, pairs);
  }

  boolean(value: boolean): void {
    this.#room(1);
    this.#bytes[this.#at++] = value ? 0xf5 : 0xf4;
  }

  null(): void {
    this.#room(1);
    this.#bytes[this.#at++] = 0xf6;
  }

  #bigint(value: bigint): void {
    const magnitude = value >= 0n ? value : -1n - value;
    const major = value >= 0n ? 0x00 : 0x20;
    if (magnitude <= 9_007_199_254_740_991n) return this.#head(major, Number(magnitude));
    if (magnitude > 0xffff_ffff_ffff_ffffn) throw new RangeError(`more than 64 bits: ${value}`);
    this.#room(9);
    this.#bytes[this.#at++] = major | 27;
    this.#word(Number(magnitude >> 32n));
    this.#word(Number(magnitude & 0xffff_ffffn));
  }

  #wideText(value: string): void {
    if (loneSurrogate.test(value)) throw new RangeError("text with a lone surrogate");
    const encoded = utf8(value);
    this.#head(0x60, encoded.length);
    this.#room(encoded.length);
    this.#bytes.set(encoded, this.#at);
    this.#at += encoded.length;
  }

  /** RFC 8949 §4.2.1: the argument in as few bytes as it fits. */
  #head(major: number, argument: number): void {
    this.#room(9);
    if (argument < 24) {
      this.#bytes[this.#at++] = major | argument;
    } else if (argument < 0x100) {
      this.#bytes[this.#at++] = major | 24;
      this.#bytes[this.#at++] = argument;
    } else if (argument < 0x1_0000) {
      this.#bytes[this.#at++] = major | 25;
      this.#bytes[this.#at++] = argument >> 8;
      this.#bytes[this.#at++] = argument;
    } else if (argument < word) {
      this.#bytes[this.#at++] = major | 26;
      this.#word(argument);
    } else {
      this.#bytes[this.#at++] = major | 27;
      this.#word(Math.floor(argument / word));
      this.#word(argument % word);
    }
  }

  #word(value: number): void {
    this.#bytes[this.#at++] = value >>> 24;
    this.#bytes[this.#at++] = value >>> 16;
    this.#bytes[this.#at++] = value >>> 8;
    this.#bytes[this.#at++] = value;
  }

  #room(more: number): void {
    const needed = this.#at + more;
    if (needed <= this.#bytes.length) return;
    if (needed > cborBytesMax + 9) throw new RangeError(`more than ${cborBytesMax} bytes`);
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
  }
}

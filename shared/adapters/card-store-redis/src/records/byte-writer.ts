const slabBytes = 4_096;
const hexDigits = /^[0-9a-f]*$/;

/** @throws RangeError for what is not so many bytes of lower-case hex. */
export function checkedHex(text: string, count: number): string {
  if (text.length === count * 2 && hexDigits.test(text)) return text;
  throw new RangeError(`not ${count} bytes of hex: ${JSON.stringify(text.slice(0, 80))}`);
}

/** Writes the fields of a record after each other. A value that would not come back as it is throws RangeError. */
export class ByteWriter {
  #slab = Buffer.allocUnsafeSlow(slabBytes);
  #at = 0;

  start(): this {
    this.#at = 0;
    return this;
  }

  /** A copy of what was written. */
  finish(): Buffer {
    return Buffer.from(this.#slab.subarray(0, this.#at));
  }

  byte(value: number): this {
    this.#room(1);
    this.#at = this.#slab.writeUInt8(value, this.#at);
    return this;
  }

  /** A number of two bytes, the higher first. */
  short(value: number): this {
    this.#room(2);
    this.#at = this.#slab.writeUInt16BE(value, this.#at);
    return this;
  }

  /** A number of four bytes, the highest first. */
  long(value: number): this {
    this.#room(4);
    this.#at = this.#slab.writeUInt32BE(value, this.#at);
    return this;
  }

  /** A whole number up to 2^53−1 as an IEEE double, the highest byte first: what Lua's numbers are, too. */
  whole(value: number): this {
    if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number: ${value}`);
    this.#room(8);
    this.#at = this.#slab.writeDoubleBE(value, this.#at);
    return this;
  }

  /** A whole number from 0 to 2^53−1 of eight bytes, the highest first: it sorts like the number. */
  sorted(value: number): this {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new RangeError(`not a whole number: ${value}`);
    this.#room(8);
    this.#at = this.#slab.writeBigUInt64BE(BigInt(value), this.#at);
    return this;
  }

  /** `count` bytes given as lower-case hex. */
  hex(text: string, count: number): this {
    this.#room(count);
    this.#at += this.#slab.write(checkedHex(text, count), this.#at, "hex");
    return this;
  }

  hexOrNull(text: string | null, count: number): this {
    return text === null ? this.byte(0) : this.byte(1).hex(text, count);
  }

  bytes(bytes: Uint8Array): this {
    this.#room(bytes.length);
    this.#slab.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }

  text(text: string): this {
    this.#room(text.length * 3);
    this.#at += this.#slab.write(text, this.#at, "utf8");
    return this;
  }

  #room(count: number): void {
    if (this.#at + count <= this.#slab.length) return;
    const grown = Buffer.allocUnsafeSlow(2 * (this.#slab.length + count));
    this.#slab.copy(grown, 0, 0, this.#at);
    this.#slab = grown;
  }
}

/** The writer of all records: what is written is done with before anything else is begun. */
export const writer = new ByteWriter();

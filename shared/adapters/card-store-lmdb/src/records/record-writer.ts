const firstBytes = 4_096;

/**
 * Writes the fields of one record after another. One writer is used again and again: `finish` copies what it holds.
 * A value that would not come back exactly as it is throws RangeError.
 */
export class RecordWriter {
  #bytes = Buffer.allocUnsafeSlow(firstBytes);
  #at = 0;

  start(): this {
    this.#at = 0;
    return this;
  }

  finish(): Buffer {
    const made = Buffer.allocUnsafe(this.#at);
    this.#bytes.copy(made, 0, 0, this.#at);
    return made;
  }

  byte(value: number): this {
    this.#room(1);
    this.#bytes[this.#at] = value;
    this.#at += 1;
    return this;
  }

  /** A whole number up to 2^53−1, times included. */
  whole(value: number): this {
    if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number: ${value}`);
    this.#room(8);
    this.#bytes.writeDoubleBE(value, this.#at);
    this.#at += 8;
    return this;
  }

  wholeOrNull(value: number | null): this {
    return value === null ? this.byte(0) : this.byte(1).whole(value);
  }

  /** A signed sum of up to 63 bits. */
  sum(value: bigint): this {
    this.#room(8);
    // Throws RangeError beyond 64 bits instead of cutting the number off.
    this.#bytes.writeBigInt64BE(value, this.#at);
    this.#at += 8;
    return this;
  }

  /** `count` bytes given as lower-case hex. */
  hex(text: string, count: number): this {
    this.#room(count);
    const written = this.#bytes.write(text, this.#at, count, "hex");
    if (written !== count || text.length !== count * 2)
      throw new RangeError(`not ${count} bytes of hex: ${JSON.stringify(text.slice(0, 80))}`);
    this.#at += count;
    return this;
  }

  hexOrNull(text: string | null, count: number): this {
    return text === null ? this.byte(0) : this.byte(1).hex(text, count);
  }

  text(text: string): this {
    const most = text.length * 3;
    this.#room(4 + most);
    const written = this.#bytes.write(text, this.#at + 4, most, "utf8");
    this.#bytes.writeUInt32BE(written, this.#at);
    this.#at += 4 + written;
    return this;
  }

  textOrNull(text: string | null): this {
    return text === null ? this.byte(0) : this.byte(1).text(text);
  }

  #room(count: number): void {
    if (this.#at + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#at + count));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

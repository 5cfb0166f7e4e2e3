const slabBytes = 65_536;

/** Value of a lower-case hex digit by its character code; 255 for what is none. */
const digits = new Uint8Array(256).fill(255);
for (let value = 0; value < 16; value += 1) digits[value.toString(16).charCodeAt(0)] = value;
/** Characters up to which a text is tried as plain ASCII, one by one; longer ones are left to the runtime. */
const shortTextChars = 48;

/**
 * Writes the fields of one record after another, many records into one slab of memory: `finish` gives the part that the
 * record takes and goes on behind it. A value that would not come back exactly as it is throws RangeError.
 */
export class RecordWriter {
  #slab = Buffer.allocUnsafeSlow(slabBytes);
  #view = viewOf(this.#slab);
  #from = 0;
  #at = 0;

  start(): this {
    this.#at = this.#from;
    return this;
  }

  finish(): Buffer {
    const made = this.#slab.subarray(this.#from, this.#at);
    this.#from = this.#at;
    return made;
  }

  byte(value: number): this {
    this.#room(1);
    this.#slab[this.#at] = value;
    this.#at += 1;
    return this;
  }

  /** A whole number up to 2^53−1, times included. */
  whole(value: number): this {
    if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number: ${value}`);
    this.#room(8);
    this.#view.setFloat64(this.#at, value);
    this.#at += 8;
    return this;
  }

  wholeOrNull(value: number | null): this {
    return value === null ? this.byte(0) : this.byte(1).whole(value);
  }

  /** A number of so many bytes, the highest first: as part of a key it sorts like the number. */
  bigEndian(value: number, bytes: 2 | 6 | 8): this {
    if (!Number.isSafeInteger(value) || value < 0 || value >= 256 ** bytes)
      throw new RangeError(`not a number of ${bytes} bytes: ${value}`);
    this.#room(bytes);
    for (let left = value, at = this.#at + bytes - 1; at >= this.#at; at -= 1) {
      this.#slab[at] = left % 256;
      left = Math.floor(left / 256);
    }
    this.#at += bytes;
    return this;
  }

  /** A signed sum of up to 63 bits. */
  sum(value: bigint): this {
    this.#room(8);
    if (BigInt.asIntN(64, value) !== value) throw new RangeError(`a sum beyond 64 bits: ${value}`);
    this.#view.setBigInt64(this.#at, value);
    this.#at += 8;
    return this;
  }

  /** `count` bytes given as lower-case hex. */
  hex(text: string, count: number): this {
    this.#room(count);
    if (text.length !== count * 2) throw noHex(text, count);
    const [slab, to] = [this.#slab, this.#at];
    let odd = 0;
    for (let nth = 0; nth < count; nth += 1) {
      const high = digits[text.charCodeAt(2 * nth)] ?? 255;
      const low = digits[text.charCodeAt(2 * nth + 1)] ?? 255;
      odd |= high | low;
      slab[to + nth] = (high << 4) | low;
    }
    if (odd > 15) throw noHex(text, count);
    this.#at += count;
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
    const most = text.length * 3;
    this.#room(4 + most);
    const written = this.#ascii(text) ?? this.#slab.write(text, this.#at + 4, most, "utf8");
    this.#view.setUint32(this.#at, written);
    this.#at += 4 + written;
    return this;
  }

  textOrNull(text: string | null): this {
    return text === null ? this.byte(0) : this.byte(1).text(text);
  }

  /** The bytes of a short plain text, put behind the place of their count; undefined for any other. */
  #ascii(text: string): number | undefined {
    if (text.length > shortTextChars) return undefined;
    const to = this.#at + 4;
    for (let nth = 0; nth < text.length; nth += 1) {
      const code = text.charCodeAt(nth);
      if (code > 127) return undefined;
      this.#slab[to + nth] = code;
    }
    return text.length;
  }

  #room(count: number): void {
    if (this.#at + count <= this.#slab.length) return;
    const begun = this.#slab.subarray(this.#from, this.#at);
    this.#slab = Buffer.allocUnsafeSlow(Math.max(slabBytes, 2 * (begun.length + count)));
    this.#view = viewOf(this.#slab);
    begun.copy(this.#slab);
    this.#from = 0;
    this.#at = begun.length;
  }
}

/** The writer of all records and keys: what is written is done with before anything else is begun. */
export const writer = new RecordWriter();

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

const noHex = (text: string, count: number): RangeError =>
  new RangeError(`not ${count} bytes of hex: ${JSON.stringify(text.slice(0, 80))}`);

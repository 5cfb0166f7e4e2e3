/** Characters up to which a text is looked at byte by byte; longer ones are left to the runtime. */
const shortTextBytes = 48;

/**
 * Reads what `RecordWriter` wrote. Anything else throws RangeError. Hex and short plain texts are cut out of one text of
 * the whole record: asking the runtime for each of a card's thirty fields costs more than all the rest of reading it.
 */
export class RecordReader {
  readonly #bytes: Buffer;
  #allHex: string | null = null;
  #allLatin1: string | null = null;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new RangeError("the record is cut short");
    this.#at += 1;
    return value;
  }

  whole(): number {
    const value = this.#view.getFloat64(this.#step(8));
    if (!Number.isSafeInteger(value)) throw new RangeError("not a whole number");
    return value;
  }

  wholeOrNull(): number | null {
    return this.#present() ? this.whole() : null;
  }

  sum(): bigint {
    return this.#view.getBigInt64(this.#step(8));
  }

  hex(count: number): string {
    const at = this.#step(count);
    this.#allHex ??= this.#bytes.toString("hex");
    return this.#allHex.slice(2 * at, 2 * (at + count));
  }

  hexOrNull(count: number): string | null {
    return this.#present() ? this.hex(count) : null;
  }

  text(): string {
    const length = this.#view.getUint32(this.#step(4));
    const at = this.#step(length);
    if (!this.#isShortAscii(at, length)) return this.#bytes.toString("utf8", at, at + length);
    this.#allLatin1 ??= this.#bytes.toString("latin1");
    return this.#allLatin1.slice(at, at + length);
  }

  textOrNull(): string | null {
    return this.#present() ? this.text() : null;
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw new RangeError("the record is too long");
  }

  #isShortAscii(from: number, length: number): boolean {
    if (length > shortTextBytes) return false;
    for (let at = from; at < from + length; at += 1) if ((this.#bytes[at] ?? 0) > 127) return false;
    return true;
  }

  #present(): boolean {
    const flag = this.byte();
    if (flag > 1) throw new RangeError("not a flag");
    return flag === 1;
  }

  #step(count: number): number {
    const at = this.#at;
    if (at + count > this.#bytes.length) throw new RangeError("the record is cut short");
    this.#at = at + count;
    return at;
  }
}

/** Reads what `RecordWriter` wrote. Anything else throws RangeError. */
export class RecordReader {
  readonly #bytes: Buffer;
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
    return this.#bytes.toString("hex", at, at + count);
  }

  hexOrNull(count: number): string | null {
    return this.#present() ? this.hex(count) : null;
  }

  text(): string {
    const length = this.#view.getUint32(this.#step(4));
    const at = this.#step(length);
    return this.#bytes.toString("utf8", at, at + length);
  }

  textOrNull(): string | null {
    return this.#present() ? this.text() : null;
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw new RangeError("the record is too long");
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

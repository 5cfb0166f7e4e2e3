import { ByteWriter, checkedHex } from "./byte-writer.ts";

/**
 * Packs what a function is called with into one argument, as MessagePack, which Lua unpacks: lists, whole numbers, bytes.
 * One argument is one write to the socket and one string on the server, however many records a change has.
 */
export class Packer {
  readonly #writer = new ByteWriter();

  start(): this {
    this.#writer.start();
    return this;
  }

  finish(): Buffer {
    return this.#writer.finish();
  }

  /** So many values follow. */
  list(count: number): this {
    if (count < 16) this.#writer.byte(0x90 | count);
    else if (count < 65_536) this.#writer.byte(0xdc).short(count);
    else this.#writer.byte(0xdd).long(count);
    return this;
  }

  /** A value that is not there: false, since Lua's lists cannot hold nil. */
  none(): this {
    this.#writer.byte(0xc2);
    return this;
  }

  flag(value: boolean): this {
    this.#writer.byte(value ? 0xc3 : 0xc2);
    return this;
  }

  whole(value: number): this {
    if (Number.isInteger(value) && value >= 0 && value < 128) this.#writer.byte(value);
    else this.#writer.byte(0xcb).whole(value);
    return this;
  }

  bytes(bytes: Uint8Array): this {
    this.#length(bytes.length).bytes(bytes);
    return this;
  }

  hex(text: string, count: number): this {
    this.#length(count).hex(text, count);
    return this;
  }

  /** `count` bytes of lower-case hex, as that text: part of a key's name. */
  hexText(text: string, count: number): this {
    return this.text(checkedHex(text, count));
  }

  /** A version as the eight bytes that stand at the start of a record. */
  version(version: number): this {
    this.#length(8).whole(version);
    return this;
  }

  text(text: string): this {
    return this.bytes(Buffer.from(text, "utf8"));
  }

  // As texts, since Lua's library knows no bytes; to Lua they are the same.
  #length(count: number): ByteWriter {
    if (count < 256) return this.#writer.byte(0xd9).byte(count);
    if (count < 65_536) return this.#writer.byte(0xda).short(count);
    return this.#writer.byte(0xdb).long(count);
  }
}

/** The packer of all calls. */
export const packer = new Packer();

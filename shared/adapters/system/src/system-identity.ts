import { webcrypto } from "node:crypto";
import type { Identity } from "@scrip/ports";

/** Bytes that one call gives at most: what Web Cryptography §10.1.1 lets one call ask for. */
const randomBytesMax = 65_536;
/** Asked of the system at once, for many small requests: each call to it costs more than the bytes do. */
const stockBytes = 4_096;
/** Requests up to this many bytes are served from the stock. */
const fromStockBytesMax = 64;

/** The operating system's cryptographic source. */
export class SystemIdentity implements Identity {
  readonly #stock = new Uint8Array(stockBytes);
  #used = stockBytes;

  /** @throws RangeError when `count` is not a whole number from 1 to 65,536. */
  randomBytes(count: number): Uint8Array {
    if (!Number.isInteger(count) || count < 1 || count > randomBytesMax) {
      throw new RangeError(`cannot give ${count} random bytes at once`);
    }
    return count > fromStockBytesMax
      ? webcrypto.getRandomValues(new Uint8Array(count))
      : this.#fromStock(count);
  }

  /** A copy, and nothing of it stays behind: no byte is given twice. */
  #fromStock(count: number): Uint8Array {
    if (this.#used + count > stockBytes) {
      webcrypto.getRandomValues(this.#stock);
      this.#used = 0;
    }
    const [from, to] = [this.#used, this.#used + count];
    const given = this.#stock.slice(from, to);
    this.#stock.fill(0, from, to);
    this.#used = to;
    return given;
  }
}

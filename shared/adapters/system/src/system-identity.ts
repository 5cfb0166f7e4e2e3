import { webcrypto } from "node:crypto";
import type { Identity } from "@scrip/ports";

/** Bytes that one call gives at most: what Web Cryptography §10.1.1 lets one call ask for. */
const randomBytesMax = 65_536;

/** The operating system's cryptographic source. */
export class SystemIdentity implements Identity {
  /** @throws RangeError when `count` is not a whole number from 1 to 65,536. */
  randomBytes(count: number): Uint8Array {
    if (!Number.isInteger(count) || count < 1 || count > randomBytesMax) {
      throw new RangeError(`cannot give ${count} random bytes at once`);
    }
    return webcrypto.getRandomValues(new Uint8Array(count));
  }
}

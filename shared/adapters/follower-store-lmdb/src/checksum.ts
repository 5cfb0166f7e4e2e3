import { crc32 } from "node:zlib";
import { PortError } from "@scrip/ports";

const checksumBytes = 4;

/**
 * A look-up as stored: its body, then a CRC-32 over key and body. Nothing else proves what a look-up says; so a bit
 * turned over in it is noticed whenever it is read.
 */
export function sealed(key: Uint8Array, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(body.length + checksumBytes);
  bytes.set(body);
  new DataView(bytes.buffer).setUint32(body.length, checksum(key, body));
  return bytes;
}

/** The body. @throws PortError CORRUPT when key or body are not what was written */
export function unsealed(what: string, key: Uint8Array, value: Uint8Array): Uint8Array {
  const end = value.length - checksumBytes;
  const body = value.subarray(0, Math.max(0, end));
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  if (end >= 0 && view.getUint32(end) === checksum(key, body)) return body;
  throw new PortError("CORRUPT", `follower store: ${what} is not what was written`);
}

const checksum = (key: Uint8Array, body: Uint8Array): number => crc32(body, crc32(key));

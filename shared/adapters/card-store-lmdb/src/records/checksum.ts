import { crc32 } from "node:zlib";
import { writer } from "./record-writer.ts";

/*
 * What neither a hash nor the ledger proves ends with a checksum: a CRC-32 over all that stands before it, begun with a
 * hash of its key. So a bit turned over in either is noticed whenever it is read.
 */

const checksumBytes = 4;

/** Keeps the last bytes of a record for its checksum. */
export const unsealed = Buffer.alloc(checksumBytes);

/** The same record, with its checksum in the last bytes. */
export function seal(key: Buffer, value: Buffer): Buffer {
  const end = value.length - checksumBytes;
  value.writeUInt32BE(checksum(key, value.subarray(0, end)), end);
  return value;
}

/** What stands before the checksum. @throws RangeError when key or value are not what was written */
export function opened(key: Buffer, value: Buffer): Buffer {
  const end = value.length - checksumBytes;
  const body = value.subarray(0, Math.max(0, end));
  if (end >= 0 && value.readUInt32BE(end) === checksum(key, body)) return body;
  throw new RangeError("it is not what was written");
}

/** The value of an index entry, which says nothing beside its key. */
export const entryUnder = (key: Buffer): Buffer =>
  seal(key, writer.start().bytes(unsealed).finish());

const checksum = (key: Buffer, body: Buffer): number => crc32(body, mixed(key));

/** FNV-1a: over bytes as few as a key's it costs a third of a call of the runtime's CRC. */
function mixed(key: Buffer): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ (key[at] ?? 0), 0x01000193);
  return hash >>> 0;
}

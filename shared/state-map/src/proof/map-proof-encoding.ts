import { concat } from "../bytes.ts";
import { hashBytes, pairBytes } from "../hashing.ts";
import { bitAt, keyBits } from "../key.ts";
import { check, checkSiblings, type MapProof, type MapTerminal } from "./map-proof.ts";

// kind of terminal (1 byte) ‖ bytes of bitmap (1 byte) ‖ bitmap, a 1 for each sibling that is not empty, root first
// ‖ those siblings ‖ key and value hash of the other leaf, if that is the terminal.
// The last 1 in the bitmap is the length of the path, so the bitmap's last byte is never 0.
const kinds = ["empty", "leaf", "other"] as const;
const bitmapAt = 2;

/** The longest encoded proof; one from a map of ten million keys has about 800 bytes. */
export const mapProofBytesMax = bitmapAt + keyBits / 8 + keyBits * hashBytes + pairBytes;

/** Encodes a proof; the same proof always gives the same bytes. @throws MapProofError when it cannot be one */
export function encodeMapProof(proof: MapProof): Uint8Array {
  const { terminal, siblings } = proof;
  checkSiblings(siblings);
  const bitmap = new Uint8Array(Math.ceil(siblings.length / 8));
  siblings.forEach((sibling, level) => {
    const byte = level >>> 3;
    if (sibling !== null) bitmap[byte] = (bitmap[byte] ?? 0) | (0x80 >>> (level & 7));
  });
  return concat(
    Uint8Array.of(kinds.indexOf(terminal.kind), bitmap.length),
    bitmap,
    ...siblings.filter((sibling) => sibling !== null),
    ...(terminal.kind === "other" ? [terminal.key, terminal.valueHash] : []),
  );
}

/** Decodes a proof and takes nothing but what `encodeMapProof` returns. @throws MapProofError */
export function decodeMapProof(bytes: Uint8Array): MapProof {
  const kind = kinds[bytes[0] ?? kinds.length];
  check(kind !== undefined, "its first byte names no kind of path");
  const bitmapBytes = bytes[1] ?? keyBits;
  check(bitmapBytes <= keyBits / 8, "its bitmap is longer than a key");
  const siblingsAt = bitmapAt + bitmapBytes;
  const bitmap = bytes.subarray(bitmapAt, siblingsAt);
  const levels = pathLength(bitmap);
  check(Math.ceil(levels / 8) === bitmapBytes, "its bitmap is cut short or has an empty last byte");

  let at = siblingsAt;
  const siblings = Array.from({ length: levels }, (_, level) => {
    if (bitAt(bitmap, level) === 0) return null;
    at += hashBytes;
    return bytes.slice(at - hashBytes, at);
  });
  check(bytes.length === at + (kind === "other" ? pairBytes : 0), "it is too short or too long");
  checkSiblings(siblings);
  return { terminal: terminalAt(kind, bytes.subarray(at)), siblings };
}

function terminalAt(kind: MapTerminal["kind"], pair: Uint8Array): MapTerminal {
  if (kind !== "other") return { kind };
  return { kind, key: pair.slice(0, hashBytes), valueHash: pair.slice(hashBytes) };
}

/** One more than the position of the last 1. */
function pathLength(bitmap: Uint8Array): number {
  let levels = 8 * bitmap.length;
  while (levels > 0 && bitAt(bitmap, levels - 1) === 0) levels--;
  return levels;
}

import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

export const seedBytes = 32;
export const keyBytes = 32;

const cipher = "aes-256-gcm";
// NIST SP 800-38D §7.1: a nonce of 96 bits is taken as it is, any other length is hashed first.
const nonceBytes = 12;
const tagBytes = 16;

/** A batch's seed under the batch's own key: nonce, ciphertext, tag. */
export function sealSeed(key: Buffer, seed: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes });
  return Buffer.concat([nonce, sealing.update(seed), sealing.final(), sealing.getAuthTag()]);
}

/** @throws Error when the key is not the one, or a bit of the sealed seed is not what it was. */
export function openSeed(key: Buffer, sealed: Buffer): Uint8Array {
  if (sealed.length !== nonceBytes + seedBytes + tagBytes) throw new Error("not a sealed seed");
  const opening = createDecipheriv(cipher, key, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  opening.setAuthTag(sealed.subarray(-tagBytes));
  const seed = opening.update(sealed.subarray(nonceBytes, -tagBytes));
  opening.final();
  return Uint8Array.from(seed);
}

import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { BatchId } from "@scrip/domain";

export const seedBytes = 32;
export const keyBytes = 32;

const cipher = "aes-256-gcm";
// NIST SP 800-38D §7.1: a nonce of 96 bits is taken as it is, any other length is hashed first.
const nonceBytes = 12;
const tagBytes = 16;

/** A batch's seed under its key: nonce, ciphertext, tag. Bound to the batch, so it opens for no other one. */
export function sealSeed(batchId: BatchId, key: Buffer, seed: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes });
  sealing.setAAD(boundTo(batchId));
  return Buffer.concat([nonce, sealing.update(seed), sealing.final(), sealing.getAuthTag()]);
}

/** @throws Error when the key is not the one, or a bit of the sealed seed is not what it was. */
export function openSeed(batchId: BatchId, key: Buffer, sealed: Buffer): Uint8Array {
  if (sealed.length !== nonceBytes + seedBytes + tagBytes) throw new Error("not a sealed seed");
  const opening = createDecipheriv(cipher, key, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  opening.setAAD(boundTo(batchId));
  opening.setAuthTag(sealed.subarray(-tagBytes));
  const seed = opening.update(sealed.subarray(nonceBytes, -tagBytes));
  opening.final();
  return Uint8Array.from(seed);
}

const boundTo = (batchId: BatchId): Buffer => Buffer.from(`scrip batch seed 1 ${batchId}`);

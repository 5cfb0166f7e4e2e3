import type { KeyObject } from "node:crypto";
import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";

/** Public keys kept ready for verification; making one costs about as much as a signature check. */
const publicKeysCachedMax = 1024;
export const seedBytes = 32;
const publicKeyBytes = 32;
const signatureBytes = 64;

// RFC 8410: the fixed DER around a raw Ed25519 seed (PKCS #8) and public key (SubjectPublicKeyInfo).
const seedPrefix = Buffer.from("302e020100300506032b657004220420", "hex");
const publicPrefix = Buffer.from("302a300506032b6570032100", "hex");

const publicKeys = new Map<string, KeyObject>();

/** A private key ready to sign, from its 32-byte seed. @throws RangeError for another length. */
export function privateKeyOf(seed: Uint8Array): KeyObject {
  if (seed.length !== seedBytes) throw new RangeError(`an Ed25519 seed has ${seedBytes} bytes`);
  const key = Buffer.concat([seedPrefix, seed]);
  return createPrivateKey({ key, format: "der", type: "pkcs8" });
}

/** The public key of a seed, RFC 8032 §5.1.5. */
export function publicKeyOf(seed: Uint8Array): Uint8Array {
  const spki = createPublicKey(privateKeyOf(seed)).export({ format: "der", type: "spki" });
  return Uint8Array.from(spki.subarray(publicPrefix.length));
}

/** The 64-byte signature, RFC 8032 §5.1.6. */
export function signEd25519(privateKey: KeyObject, message: Uint8Array): Uint8Array {
  return Uint8Array.from(sign(null, message, privateKey));
}

/** Checks a signature, RFC 8032 §5.1.7. A malformed key or signature is `false`. */
export function verifyEd25519(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (publicKey.length !== publicKeyBytes || signature.length !== signatureBytes) return false;
  return verify(null, message, keyObjectOf(publicKey), signature);
}

function keyObjectOf(publicKey: Uint8Array): KeyObject {
  const id = Buffer.from(publicKey).toString("latin1");
  const known = publicKeys.get(id);
  if (known !== undefined) return known;
  const key = Buffer.concat([publicPrefix, publicKey]);
  const made = createPublicKey({ key, format: "der", type: "spki" });
  const [oldest] = publicKeys.keys();
  if (publicKeys.size >= publicKeysCachedMax && oldest !== undefined) publicKeys.delete(oldest);
  publicKeys.set(id, made);
  return made;
}

import { fromBase64, toBase64 } from "../base64.ts";
import { concatBytes, toHex, utf8 } from "../bytes.ts";
import type { Hash } from "../hash.ts";
import { PolicyError } from "../proof-error.ts";
import { isKeyName } from "./key-name.ts";

/** Signature types of C2SP signed-note "Signature types" that we sign or verify. */
export const signatureType = { ed25519: 0x01, cosignatureV1: 0x04 } as const;
export type SignatureType = (typeof signatureType)[keyof typeof signatureType];

/** A public key, who uses it, and for which kind of signature. */
export interface VerifierKey {
  readonly name: string;
  /** `H(name ‖ 0x0A ‖ type ‖ public key)[:4]` as eight lowercase hex digits. */
  readonly keyId: string;
  readonly type: SignatureType;
  readonly publicKey: Uint8Array;
}

const publicKeyBytes = 32;

/** A verifier key with its id computed. @throws PolicyError if the name or the key is not allowed. */
export function verifierKey(hash: Hash, key: Omit<VerifierKey, "keyId">): VerifierKey {
  if (!isKeyName(key.name)) {
    throw new PolicyError(`not a key name: ${JSON.stringify(key.name)}`);
  }
  if (key.publicKey.length !== publicKeyBytes) {
    throw new PolicyError(`the key of ${key.name} has ${key.publicKey.length} bytes, not 32`);
  }
  const id = hash(concatBytes(utf8(`${key.name}\n`), Uint8Array.of(key.type), key.publicKey));
  return { ...key, keyId: toHex(id.subarray(0, 4)) };
}

/** `name+keyid+base64(type ‖ public key)`, C2SP signed-note "Verifier keys". */
export function formatVkey(key: VerifierKey): string {
  const material = toBase64(concatBytes(Uint8Array.of(key.type), key.publicKey));
  return `${key.name}+${key.keyId}+${material}`;
}

/**
 * Reads a verifier key and recomputes its id.
 * @throws PolicyError if it is malformed, of a type we do not verify, or its id is not its own.
 */
export function parseVkey(hash: Hash, vkey: string): VerifierKey {
  // Base64 has pluses of its own, a name has none.
  const [, name = "", keyId = "", encoded = ""] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey) ?? [];
  const material = fromBase64(encoded);
  if (material === undefined || material.length < 2) {
    throw new PolicyError(`not a verifier key (name+keyid+base64): ${JSON.stringify(vkey)}`);
  }
  const type = Object.values(signatureType).find((known) => known === material[0]);
  if (type === undefined) {
    throw new PolicyError(
      `the key of ${name} has signature type ${material[0]}, which is not known`,
    );
  }
  const key = verifierKey(hash, { name, type, publicKey: material.slice(1) });
  if (key.keyId !== keyId) {
    throw new PolicyError(`the key of ${name} has the id ${key.keyId}, not ${keyId}`);
  }
  return key;
}

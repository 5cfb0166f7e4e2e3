import { isKeyName, signatureType, verifierKey } from "@scrip/merkle-log";
import type { SignatureAlgorithm } from "../suites/crypto-suite.ts";
import { privateKeyOf, publicKeyOf, signEd25519 } from "../suites/ed25519.ts";
import { sha256Ed25519 } from "../suites/node-suite.ts";

/** Signs with one private key, which it does not show. */
export interface Signer {
  readonly name: string;
  /** The C2SP key id of a plain Ed25519 key with this name, as eight lowercase hex digits. */
  readonly keyId: string;
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

/** A signer from a 32-byte Ed25519 seed. @throws RangeError for a name or seed that is not allowed. */
export function ed25519Signer(name: string, seed: Uint8Array): Signer {
  if (!isKeyName(name)) throw new RangeError(`not a key name: ${JSON.stringify(name)}`);
  const privateKey = privateKeyOf(seed);
  const publicKey = publicKeyOf(seed);
  const key = { name, type: signatureType.ed25519, publicKey };
  return {
    name,
    keyId: verifierKey(sha256Ed25519.hash, key).keyId,
    algorithm: "ed25519",
    publicKey,
    sign: (message) => signEd25519(privateKey, message),
  };
}

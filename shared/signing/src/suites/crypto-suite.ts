import type { Hash } from "@scrip/merkle-log";

/**
 * The algorithms a chain uses, named in its genesis. Everything that hashes or verifies takes a suite,
 * so a second one (SM3 and SM2, say) is another value of this type.
 */
export interface CryptoSuite {
  readonly id: string;
  /** Name of the signature algorithm, as key files and signatures carry it. */
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly publicKeyBytes: number;
  readonly signatureBytes: number;
  readonly hash: Hash;
  /** Whether the signature is this key's over this message. A malformed key or signature is `false`. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}

export type SignatureAlgorithm = "ed25519";

/** What every implementation of the first suite has in common. */
export const sha256Ed25519Shape = {
  id: "sha256-ed25519",
  signatureAlgorithm: "ed25519",
  publicKeyBytes: 32,
  signatureBytes: 64,
} as const;

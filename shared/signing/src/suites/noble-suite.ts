import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@scrip/merkle-log";
import type { CryptoSuite } from "./crypto-suite.ts";
import { sha256Ed25519Shape } from "./crypto-suite.ts";

/** SHA-256 and Ed25519 in plain JavaScript: the same answers as on Node, in any browser. */
export const sha256Ed25519: CryptoSuite = {
  ...sha256Ed25519Shape,
  hash: sha256,
  verify(publicKey, message, signature) {
    const { publicKeyBytes, signatureBytes } = sha256Ed25519Shape;
    if (publicKey.length !== publicKeyBytes || signature.length !== signatureBytes) return false;
    // Strict RFC 8032 §5.1.7: without ZIP 215, which also accepts points spelt in another way.
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  },
};

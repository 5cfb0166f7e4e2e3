import { hash as nodeHash } from "node:crypto";
import type { CryptoSuite } from "./crypto-suite.ts";
import { sha256Ed25519Shape } from "./crypto-suite.ts";
import { verifyEd25519 } from "./ed25519.ts";

/** SHA-256 and Ed25519 through `node:crypto`: for consensus and hot paths. */
export const sha256Ed25519: CryptoSuite = {
  ...sha256Ed25519Shape,
  hash: sha256,
  verify: verifyEd25519,
};

/**
 * SHA-256 of 65 bytes, a tree node, measured on Node 20.20: 0.6 µs this way, 1.4 µs asking for a
 * Buffer (making one outside the heap costs more than the hash), 2.1 µs with `createHash`, 2.6 µs in
 * plain JavaScript.
 */
function sha256(data: Uint8Array): Uint8Array {
  const digest = nodeHash("sha256", data, "binary");
  const bytes = new Uint8Array(32);
  for (let at = 0; at < 32; at++) bytes[at] = digest.charCodeAt(at);
  return bytes;
}

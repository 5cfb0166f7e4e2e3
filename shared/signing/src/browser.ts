export { type CryptoSuite, type SignatureAlgorithm } from "./suites/crypto-suite.ts";
export { sha256Ed25519 } from "./suites/noble-suite.ts";
export {
  type CheckpointTrust,
  type VerifiedCheckpoint,
  requireFresh,
  verifyCheckpoint,
  verifyLogSignature,
} from "./verify/verify-checkpoint.ts";
export { type VerifiedSignature, verifyNote } from "./verify/verify-note.ts";
export { type VerifiedProof, verifyTlogProof } from "./verify/verify-proof.ts";

export { type CryptoSuite, type SignatureAlgorithm } from "./crypto-suite.ts";
export { sha256Ed25519 } from "./noble-suite.ts";
export {
  type CheckpointTrust,
  type VerifiedCheckpoint,
  requireFresh,
  verifyCheckpoint,
  verifyLogSignature,
} from "./verify-checkpoint.ts";
export { type VerifiedSignature, verifyNote } from "./verify-note.ts";
export { type VerifiedProof, verifyTlogProof } from "./verify-proof.ts";

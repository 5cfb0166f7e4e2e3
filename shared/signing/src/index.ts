export { type CryptoSuite, type SignatureAlgorithm } from "./suites/crypto-suite.ts";
export { sha256Ed25519 } from "./suites/node-suite.ts";
export { type Signer, ed25519Signer } from "./keys/signer.ts";
export { type Cosigner, type NoteSigner, cosigner, noteSigner } from "./keys/note-signer.ts";
export {
  KeyFileError,
  type KeyFileErrorCode,
  generateKey,
  readKeyFile,
  writeKeyFile,
} from "./keys/key-file.ts";
export { type KeyMaterial } from "./keys/key-text.ts";
export {
  type CheckpointTrust,
  type VerifiedCheckpoint,
  requireFresh,
  verifyCheckpoint,
  verifyLogSignature,
} from "./verify/verify-checkpoint.ts";
export { type VerifiedSignature, verifyNote } from "./verify/verify-note.ts";
export { type VerifiedProof, verifyTlogProof } from "./verify/verify-proof.ts";

export { type CryptoSuite, type SignatureAlgorithm } from "./crypto-suite.ts";
export { sha256Ed25519 } from "./node-suite.ts";
export { type Signer, ed25519Signer } from "./signer.ts";
export { type Cosigner, type NoteSigner, cosigner, noteSigner } from "./note-signer.ts";
export {
  KeyFileError,
  type KeyFileErrorCode,
  generateKey,
  readKeyFile,
  writeKeyFile,
} from "./key-file.ts";
export { type KeyMaterial } from "./key-text.ts";
export {
  type CheckpointTrust,
  type VerifiedCheckpoint,
  requireFresh,
  verifyCheckpoint,
  verifyLogSignature,
} from "./verify-checkpoint.ts";
export { type VerifiedSignature, verifyNote } from "./verify-note.ts";
export { type VerifiedProof, verifyTlogProof } from "./verify-proof.ts";

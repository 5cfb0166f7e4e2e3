export { fromBase64, toBase64 } from "./base64.ts";
export { type Hash, emptyRoot, hashBytes, leafHash, nodeHash, sha256 } from "./hash.ts";
export { PolicyError, ProofError, type ProofErrorCode } from "./proof-error.ts";

export { Frontier, type SubtreeListener } from "./tree/frontier.ts";
export { MemoryTree, merkleRoot } from "./tree/memory-tree.ts";
export { type WholeTree, wholeTree } from "./tree/whole-tree.ts";
export { type HashReader, type Subtree, rootAt } from "./tree/subtree.ts";
export {
  type EntryPosition,
  type InclusionClaim,
  inclusionProof,
  inclusionSubtrees,
  verifyInclusion,
} from "./tree/inclusion.ts";
export {
  type ConsistencyClaim,
  type SizePair,
  consistencyProof,
  consistencySubtrees,
  verifyConsistency,
} from "./tree/consistency.ts";

export { decodeBundle, encodeBundle, entryBytesMax } from "./tiles/bundle.ts";
export {
  type EntryBundle,
  type Tile,
  tileBytes,
  tileExists,
  tileHeight,
  tileLevelMax,
  tileOf,
  tileWidth,
  tilesChanged,
} from "./tiles/coordinates.ts";
export { type TileResource, entriesPath, parseTilePath, tilePath } from "./tiles/path.ts";
export { type TileSource, tileHashReader, tilesNeeded } from "./tiles/tile-reader.ts";

export { isKeyName } from "./notes/key-name.ts";
export {
  type Note,
  type NoteSignature,
  formatNote,
  formatSignatureLine,
  noteCharactersMax,
  noteSignaturesMax,
  parseNote,
  parseNoteBytes,
  withSignatures,
} from "./notes/note.ts";
export { type Checkpoint, formatCheckpoint, parseCheckpoint } from "./notes/checkpoint.ts";
export {
  type SignatureType,
  type VerifierKey,
  formatVkey,
  parseVkey,
  signatureType,
  verifierKey,
} from "./notes/vkey.ts";
export {
  type TimedSignature,
  cosignatureMessage,
  decodeCosignature,
  encodeCosignature,
} from "./notes/cosignature.ts";

export {
  type TlogProof,
  formatTlogProof,
  parseTlogProof,
  proofCharactersMax,
  proofHashesMax,
  tlogProofWriter,
  verifyProofInclusion,
} from "./proofs/tlog-proof.ts";
export {
  type Policy,
  type PolicyLog,
  type Quorum,
  type Witness,
  type WitnessGroup,
  formatValidatorPolicy,
  meetsQuorum,
  validatorQuorum,
} from "./proofs/policy.ts";
export { parsePolicy } from "./proofs/policy-file.ts";

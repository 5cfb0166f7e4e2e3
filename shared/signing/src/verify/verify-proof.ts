import { parseTlogProof, verifyProofInclusion } from "@scrip/merkle-log";
import type { TlogProof } from "@scrip/merkle-log";
import type { CheckpointTrust, VerifiedCheckpoint } from "./verify-checkpoint.ts";
import { verifyCheckpoint } from "./verify-checkpoint.ts";

/** A proof that holds: the entry with the leaf hash asked for is entry `index` of this checkpoint's log. */
export interface VerifiedProof extends VerifiedCheckpoint {
  readonly index: number;
  /** As the file has it: the format does not authenticate it, so check each part against a hash. */
  readonly extra: Uint8Array | undefined;
}

/**
 * Verifies a proof file for a leaf hash, C2SP tlog-proof "Verifying a tlog proof": the checkpoint
 * meets the policy and the inclusion proof leads to its root.
 * @throws ProofError `PROOF_INVALID` or `QUORUM_NOT_MET`.
 */
export function verifyTlogProof(
  file: string | TlogProof,
  leafHash: Uint8Array,
  trust: CheckpointTrust,
): VerifiedProof {
  const proof = typeof file === "string" ? parseTlogProof(file) : file;
  const verified = verifyCheckpoint(proof.note, trust);
  verifyProofInclusion(trust.suite.hash, proof, leafHash);
  return { ...verified, index: proof.index, extra: proof.extra };
}

/** The only reasons a check of something received can fail. */
export type ProofErrorCode =
  "PROOF_INVALID" | "QUORUM_NOT_MET" | "CHECKPOINT_INCONSISTENT" | "STALE";

/** A note, checkpoint or proof that does not hold. `step` says in plain words which check failed. */
export class ProofError extends Error {
  override readonly name = "ProofError";
  readonly code: ProofErrorCode;
  readonly step: string;

  constructor(code: ProofErrorCode, step: string) {
    super(`${code}: ${step}`);
    this.code = code;
    this.step = step;
  }
}

/** What we were told to trust, a policy or a verifier key, is not well formed. Never the sender's fault. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
  /** Line of the policy, from 1; absent for a single verifier key. */
  readonly line: number | undefined;
  readonly fault: string;

  constructor(fault: string, line?: number) {
    super(line === undefined ? fault : `policy line ${line}: ${fault}`);
    this.line = line;
    this.fault = fault;
  }
}

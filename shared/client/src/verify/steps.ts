import { PolicyError, ProofError } from "@scrip/merkle-log";
import { MapProofError } from "@scrip/state-map";
import { CborError, WireError } from "@scrip/wire";

/** Refuses what was given as a proof; `step` says in plain words which check failed. */
export function invalid(step: string): never {
  throw new ProofError("PROOF_INVALID", step);
}

/** @throws ProofError `PROOF_INVALID` with this step, unless `holds`. */
export function check(holds: boolean, step: string): asserts holds {
  if (!holds) invalid(step);
}

/**
 * Runs one step of a verification: whatever a reader of ours refuses leaves as a failure of this step.
 * Anything else is a fault of the verifier itself and is let through.
 */
export function step<T>(name: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof MapProofError) return invalid(`${name}: ${error.step}`);
    if (error instanceof PolicyError) return invalid(`${name}: ${atLine(error)}`);
    if (error instanceof WireError || error instanceof CborError) {
      return invalid(`${name}: ${error.message}`);
    }
    throw error;
  }
}

const atLine = ({ line, fault }: PolicyError): string =>
  line === undefined ? fault : `line ${line}: ${fault}`;

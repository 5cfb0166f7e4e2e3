import type { Checkpoint, Note, Policy, WitnessGroup } from "@scrip/merkle-log";
import { parsePolicy, validatorQuorum } from "@scrip/merkle-log";
import type { CryptoSuite, VerifiedCheckpoint } from "@scrip/signing/browser";
import { verifyCheckpoint, verifyLogSignature } from "@scrip/signing/browser";
import { logOfReceipts } from "@scrip/wire";
import { check, step } from "./steps.ts";

/** Whom the verifier believes, and with which algorithms. */
export interface Trust {
  readonly policy: Policy;
  readonly suite: CryptoSuite;
}

/** A group of this name holds a chain's own validators, and asks for the quorum that Byzantine faults need. */
const validatorsGroup = "validators";

/**
 * Reads a policy file, C2SP tlog-policy. Beyond the format it must name a log and ask for a cosigner, and a group
 * called `validators` must ask for ⌊2n/3⌋ + 1 of its members: no altered digit makes a weaker policy of it.
 * @throws ProofError `PROOF_INVALID` naming the line.
 */
export function readPolicy(suite: CryptoSuite, file: string | Uint8Array): Policy {
  const policy = step("read the policy", () => parsePolicy(suite.hash, file));
  const { quorum, logs } = policy;
  check(logs.length > 0, "read the policy: it names no log, so any log would do");
  check(quorum.kind !== "none", "read the policy: it asks for no cosigner, so it proves nothing");
  if (quorum.kind === "group") requireValidatorQuorum(quorum);
  return policy;
}

function requireValidatorQuorum({ name, threshold, members }: WitnessGroup): void {
  if (name !== validatorsGroup) return;
  const needed = validatorQuorum(members.length);
  check(
    threshold === needed,
    `read the policy: the quorum of ${members.length} validators is ${needed}, it asks for ${threshold}`,
  );
}

/**
 * Verifies that a checkpoint meets the policy.
 * @throws ProofError `PROOF_INVALID` (malformed, a receipt, another log, a signature does not hold) or
 * `QUORUM_NOT_MET`.
 */
export function requireQuorum(note: Note, trust: Trust): VerifiedCheckpoint {
  check(
    promisedLog(note) === undefined,
    "read the checkpoint: this is a receipt, which promises inclusion and does not prove it",
  );
  requireWholeNames(note, trust.policy);
  return verifyCheckpoint(note, trust);
}

/** The log that a note promises for, if its origin is that of receipts. Nothing is verified yet. */
export const promisedLog = ({ text }: Note): string | undefined =>
  logOfReceipts(text.slice(0, text.indexOf("\n")));

/**
 * Verifies that a receipt key of the policy signed this promise. It asks for no quorum: nobody else has seen it.
 * @throws ProofError `PROOF_INVALID` (malformed, no key of the policy, a signature does not hold)
 */
export function requirePromise(note: Note, trust: Trust): Checkpoint {
  requireWholeNames(note, trust.policy);
  return verifyLogSignature(note, trust);
}

/**
 * Signatures of unknown keys are ignored, C2SP signed-note "Signatures". A line that bears only the name of a key in
 * the policy, or only its id, is refused instead: it was damaged, or is there to be mistaken for that key's.
 */
function requireWholeNames({ signatures }: Note, { logs, witnesses }: Policy): void {
  const keys = [...logs, ...witnesses].map(({ key }) => key);
  for (const { name, keyId } of signatures) {
    const alike = keys.filter((key) => key.name === name || key.keyId === keyId);
    check(
      alike.length === 0 || alike.some((key) => key.name === name && key.keyId === keyId),
      `read the signatures: «${name}» with key id ${keyId} is not the policy's key of that name or id`,
    );
  }
}

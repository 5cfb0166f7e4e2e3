import { ProofError, meetsQuorum, parseCheckpoint, parseNote } from "@scrip/merkle-log";
import type { Checkpoint, Note, Policy, Witness } from "@scrip/merkle-log";
import type { CryptoSuite } from "../suites/crypto-suite.ts";
import { verifyNote } from "./verify-note.ts";

/** What a policy needs beside itself. */
export interface CheckpointTrust {
  readonly policy: Policy;
  readonly suite: CryptoSuite;
  /** The log expected; required when the policy names no log, which by itself would accept any. */
  readonly origin?: string;
}

/** A checkpoint that meets a policy. */
export interface VerifiedCheckpoint {
  readonly checkpoint: Checkpoint;
  /** Names, in the policy, of the witnesses whose cosignature holds, in the policy's order. */
  readonly cosignedBy: readonly string[];
  /**
   * Age of the statement: the oldest cosignature, in seconds since 1970, among the newest ones that
   * meet the quorum together. Absent if the policy asks for no cosignature.
   */
  readonly oldestCosignatureSeconds: number | undefined;
}

/** A witness and the time of its newest cosignature on one checkpoint. */
interface Cosigned {
  readonly witness: Witness;
  readonly seconds: number;
}

/**
 * Verifies a checkpoint against a policy, C2SP tlog-policy: signed by one of its logs, if it names
 * any, and cosigned by a quorum.
 * @throws ProofError `PROOF_INVALID` (malformed, another log, a known key's signature does not hold)
 * or `QUORUM_NOT_MET`.
 */
export function verifyCheckpoint(note: string | Note, trust: CheckpointTrust): VerifiedCheckpoint {
  const { policy } = trust;
  const { checkpoint, cosigned } = openCheckpoint(note, trust);
  if (!meetsQuorum(policy, publicKeys(cosigned))) {
    const names = cosigned.map(({ witness }) => witness.name).join(", ");
    throw new ProofError(
      "QUORUM_NOT_MET",
      `count the cosignatures of size ${checkpoint.size}: ${names === "" ? "none" : names} is not enough`,
    );
  }
  return {
    checkpoint,
    cosignedBy: cosigned.map(({ witness }) => witness.name),
    oldestCosignatureSeconds: quorumSeconds(policy, cosigned),
  };
}

/**
 * Verifies only that one of the policy's logs signed, and asks for no quorum. Enough for a promise
 * made by a log key of its own, never for what the log holds.
 * @throws ProofError `PROOF_INVALID`.
 */
export function verifyLogSignature(note: string | Note, trust: CheckpointTrust): Checkpoint {
  if (trust.policy.logs.length === 0) {
    throw new ProofError("PROOF_INVALID", "verify the log's signature: the policy names no log");
  }
  return openCheckpoint(note, trust).checkpoint;
}

/** @throws ProofError `STALE` if the checkpoint is older than `maxAgeSeconds`, or as far in the future. */
export function requireFresh(
  verified: VerifiedCheckpoint,
  now: { readonly seconds: number; readonly maxAgeSeconds: number },
): void {
  const made = verified.oldestCosignatureSeconds;
  if (made === undefined) {
    throw new ProofError("STALE", "tell the age: no cosignature says when it was made");
  }
  if (Math.abs(now.seconds - made) > now.maxAgeSeconds) {
    const age = now.seconds - made;
    throw new ProofError("STALE", `compare the age: ${age} s, allowed are ${now.maxAgeSeconds} s`);
  }
}

function openCheckpoint(
  note: string | Note,
  { policy, suite, origin }: CheckpointTrust,
): { checkpoint: Checkpoint; cosigned: Cosigned[] } {
  const parsed = typeof note === "string" ? parseNote(note) : note;
  const checkpoint = parseCheckpoint(parsed.text);
  if (origin === undefined && policy.logs.length === 0) {
    throw new TypeError("a policy without logs accepts any log: say which origin is expected");
  }
  if (origin !== undefined && checkpoint.origin !== origin) {
    throw new ProofError("PROOF_INVALID", `compare the origin: it is «${checkpoint.origin}»`);
  }
  requireLogSignature(parsed, checkpoint.origin, { policy, suite });
  return { checkpoint, cosigned: verifyCosignatures(parsed, policy, suite) };
}

function requireLogSignature(
  note: Note,
  origin: string,
  { policy, suite }: { policy: Policy; suite: CryptoSuite },
): void {
  if (policy.logs.length === 0) return;
  // C2SP tlog-policy "Defining a log": the key's name is the log's origin line.
  const keys = policy.logs.map(({ key }) => key).filter(({ name }) => name === origin);
  if (keys.length === 0) {
    throw new ProofError("PROOF_INVALID", `find the log: the policy has none called «${origin}»`);
  }
  if (verifyNote(note, keys, suite).length === 0) {
    throw new ProofError("PROOF_INVALID", `verify the log's signature: «${origin}» has not signed`);
  }
}

/** The witnesses that signed, each once with its newest time, in the policy's order. */
function verifyCosignatures(note: Note, policy: Policy, suite: CryptoSuite): Cosigned[] {
  const keys = policy.witnesses.map(({ key }) => key);
  const verified = verifyNote(note, keys, suite);
  return policy.witnesses.flatMap((witness) => {
    const times = verified
      .filter(({ key }) => key === witness.key)
      .map(({ seconds }) => seconds ?? 0);
    return times.length === 0 ? [] : [{ witness, seconds: Math.max(...times) }];
  });
}

/** Takes the newest cosignatures until they meet the quorum; the last one taken is the oldest needed. */
function quorumSeconds(policy: Policy, cosigned: readonly Cosigned[]): number | undefined {
  if (policy.quorum.kind === "none") return undefined;
  const newestFirst = cosigned.toSorted((a, b) => b.seconds - a.seconds);
  const last = newestFirst.find((_, at) =>
    meetsQuorum(policy, publicKeys(newestFirst.slice(0, at + 1))),
  );
  return last?.seconds;
}

function publicKeys(cosigned: readonly Cosigned[]): Uint8Array[] {
  return cosigned.map(({ witness }) => witness.key.publicKey);
}

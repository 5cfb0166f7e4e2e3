import {
  ProofError,
  cosignatureMessage,
  decodeCosignature,
  signatureType,
} from "@scrip/merkle-log";
import type { Note, NoteSignature, VerifierKey } from "@scrip/merkle-log";
import type { CryptoSuite } from "../suites/crypto-suite.ts";

/** One signature of a known key that holds. */
export interface VerifiedSignature {
  readonly key: VerifierKey;
  /** When it was made, in seconds since 1970; only cosignatures say. */
  readonly seconds: number | undefined;
}

/**
 * Verifies the signatures of known keys and ignores all others, C2SP signed-note "Signatures".
 * @throws ProofError `PROOF_INVALID` if a known key's signature does not hold: then the whole note is refused.
 */
export function verifyNote(
  note: Note,
  keys: readonly VerifierKey[],
  suite: CryptoSuite,
): VerifiedSignature[] {
  const known = new Map(keys.map((key) => [`${key.name} ${key.keyId}`, key]));
  return note.signatures.flatMap((line) => {
    const key = known.get(`${line.name} ${line.keyId}`);
    return key === undefined ? [] : [verifyLine(note.text, line, { key, suite })];
  });
}

function verifyLine(
  text: string,
  line: NoteSignature,
  { key, suite }: { key: VerifierKey; suite: CryptoSuite },
): VerifiedSignature {
  if (key.type === signatureType.ed25519) {
    const holds = suite.verify(key.publicKey, new TextEncoder().encode(text), line.signature);
    return holds ? { key, seconds: undefined } : fail(line);
  }
  const timed = decodeCosignature(line.signature);
  if (timed === undefined) return fail(line);
  const message = cosignatureMessage(text, timed.seconds);
  const holds = suite.verify(key.publicKey, message, timed.signature);
  return holds ? { key, seconds: timed.seconds } : fail(line);
}

function fail({ name, keyId }: NoteSignature): never {
  throw new ProofError("PROOF_INVALID", `verify the signature of ${name} (key ${keyId})`);
}

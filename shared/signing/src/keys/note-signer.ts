import {
  cosignatureMessage,
  encodeCosignature,
  parseCheckpoint,
  signatureType,
  verifierKey,
} from "@scrip/merkle-log";
import type { Hash, NoteSignature, SignatureType, VerifierKey } from "@scrip/merkle-log";
import type { Signer } from "./signer.ts";

/** Signs the texts of notes as the log does: signature type 1. */
export interface NoteSigner {
  readonly key: VerifierKey;
  /** The signature line for a note's text. */
  sign(text: string): NoteSignature;
}

/** Cosigns checkpoints: signature type 4. */
export interface Cosigner {
  readonly key: VerifierKey;
  /**
   * The cosignature line for a checkpoint's text: "at this time, in seconds since 1970, this was the
   * largest consistent tree I have seen". The caller has checked that.
   * @throws ProofError `PROOF_INVALID` if the text is no checkpoint.
   */
  cosign(checkpointText: string, seconds: number): NoteSignature;
}

/** A log key, C2SP signed-note "Ed25519 signatures". */
export function noteSigner(hash: Hash, signer: Signer): NoteSigner {
  const key = keyOf(hash, signer, signatureType.ed25519);
  return {
    key,
    sign: (text) => line(key, signer.sign(new TextEncoder().encode(text))),
  };
}

/** A cosigner, C2SP tlog-cosignature "Ed25519 signed message". */
export function cosigner(hash: Hash, signer: Signer): Cosigner {
  const key = keyOf(hash, signer, signatureType.cosignatureV1);
  return {
    key,
    cosign(checkpointText, seconds) {
      parseCheckpoint(checkpointText);
      const signature = signer.sign(cosignatureMessage(checkpointText, seconds));
      return line(key, encodeCosignature({ seconds, signature }));
    },
  };
}

function keyOf(hash: Hash, signer: Signer, type: SignatureType): VerifierKey {
  return verifierKey(hash, { name: signer.name, type, publicKey: signer.publicKey });
}

function line({ name, keyId }: VerifierKey, signature: Uint8Array): NoteSignature {
  return { name, keyId, signature };
}

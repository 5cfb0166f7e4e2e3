import {
  formatTlogProof,
  hashBytes,
  inclusionProof,
  leafHash,
  ProofError,
  tileHashReader,
  verifyProofInclusion,
} from "@scrip/merkle-log";
import { PortError } from "@scrip/ports";
import type { VerifiedCopy } from "./verified-copy.ts";

/** What a proof file is to show, and what travels with it. */
export interface EntryClaim {
  readonly index: number;
  /** The entry there, whether or not it travels with the proof. */
  readonly entry: Uint8Array;
  /** Opaque to the format; none: the line is left out. */
  readonly extra?: Uint8Array;
}

/**
 * Proof file (`tlog-proof@v1`) of one entry against the newest cosigned checkpoint.
 * @throws PortError CORRUPT for a proof that nobody would believe: its tiles have been spoiled
 */
export function entryProof(copy: VerifiedCopy, { index, entry, extra }: EntryClaim): string {
  const { store, hash, checkpoint } = copy;
  const size = store.size();
  const read = tileHashReader(hash, {
    size,
    readTile: ({ level, index: tile, width }) =>
      store.tile(level, tile)?.subarray(0, width * hashBytes),
  });
  try {
    const hashes = inclusionProof(hash, read, { index, size });
    const proof = { extra, index, hashes, note: checkpoint.note() };
    verifyProofInclusion(hash, proof, leafHash(hash, entry));
    return formatTlogProof(proof);
  } catch (cause) {
    if (!(cause instanceof ProofError)) throw cause;
    throw new PortError("CORRUPT", `the proof of entry ${index} does not hold: ${cause.step}`, {
      cause,
    });
  }
}

import { formatTlogProof, inclusionProof, tileHashReader } from "@scrip/merkle-log";
import type { VerifiedCopy } from "./verified-copy.ts";

const hashBytes = 32;

/** What a proof file is to show, and what travels with it. */
export interface EntryClaim {
  readonly index: number;
  /** Opaque to the format; none: the line is left out. */
  readonly extra?: Uint8Array;
}

/** Proof file (`tlog-proof@v1`) of one entry against the newest cosigned checkpoint. */
export function entryProof(copy: VerifiedCopy, { index, extra }: EntryClaim): string {
  const { store, hash, checkpoint } = copy;
  const size = store.size();
  const read = tileHashReader(hash, {
    size,
    readTile: ({ level, index: tile, width }) =>
      store.tile(level, tile)?.subarray(0, width * hashBytes),
  });
  const hashes = inclusionProof(hash, read, { index, size });
  return formatTlogProof({ extra, index, hashes, note: checkpoint.note() });
}

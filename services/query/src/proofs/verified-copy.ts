import type { Hash } from "@scrip/merkle-log";
import type { MapProof } from "@scrip/state-map";
import type { CopyReads } from "./checked-reads.ts";
import type { PublishedCheckpoint } from "./published-checkpoint.ts";

/** The verified copy of the ledger that everything COMMITTED is served from. Reads are of one instant each. */
export interface VerifiedCopy {
  readonly store: CopyReads;
  readonly hash: Hash;
  readonly checkpoint: PublishedCheckpoint;
  /** Proves a map leaf, or that there is none, against the map root of the last seal. */
  readonly proveLeaf: (key: Uint8Array) => MapProof;
  readonly mapRoot: () => Uint8Array;
}

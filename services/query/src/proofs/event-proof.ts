import { encodeProofExtra } from "@scrip/wire";
import { entryProof } from "./entry-proof.ts";
import type { VerifiedCopy } from "./verified-copy.ts";

/**
 * Proof file of an event, for whoever knows its id: that is the leaf hash.
 * @param entry the event, or the rejection in its place, for callers with the right to see it
 */
export const eventProof = (copy: VerifiedCopy, index: number, entry: Uint8Array | null): string =>
  entryProof(copy, {
    index,
    ...(entry === null ? {} : { extra: encodeProofExtra({ kind: "event", entry }) }),
  });

import { encodeProofExtra } from "@scrip/wire";
import type { LogEvent } from "../reading/log-event.ts";
import { entryProof } from "./entry-proof.ts";
import type { VerifiedCopy } from "./verified-copy.ts";

/**
 * Proof file of an event, for whoever knows its id: that is the leaf hash.
 * @param found the event, or the rejection in its place
 * @param shown whether the entry travels with the proof, for callers with the right to see it
 */
export const eventProof = (
  copy: VerifiedCopy,
  { index, entry }: Pick<LogEvent, "index" | "entry">,
  shown: boolean,
): string =>
  entryProof(copy, {
    index,
    entry,
    ...(shown ? { extra: encodeProofExtra({ kind: "event", entry }) } : {}),
  });

import {
  formatCheckpoint,
  tlogProofWriter,
  wholeTree,
  type Hash,
  type NoteSignature,
} from "@scrip/merkle-log";
import { encodeProofExtra, fromHex, logByLine } from "@scrip/wire";

/** An entry whose save has resolved. */
export interface DurableEntry {
  /** Its leaf hash, hex. */
  readonly eventId: string;
  readonly bytes: Uint8Array;
  /** The event's time, milliseconds since the epoch. */
  readonly atMs: number;
}

export interface GroupSigning {
  readonly hash: Hash;
  /** Origin of the receipts. */
  readonly origin: string;
  readonly logByMs: number;
  /** The receipt key's line under a note's text. */
  readonly sign: (text: string) => NoteSignature;
}

/**
 * A receipt for each entry, in their order, under one signature: it is over the root of the tree of just these entries
 * (RFC 6962 §2.1), in a checkpoint (C2SP tlog-checkpoint) whose origin says that it is none of the log.
 */
export function signGroup(entries: readonly DurableEntry[], signing: GroupSigning): string[] {
  const { hash, origin, logByMs, sign } = signing;
  const { root, proofs } = wholeTree(
    hash,
    entries.map(({ eventId }) => fromHex(eventId)),
  );
  const extensions = [logByLine(logByMs)];
  const text = formatCheckpoint({ origin, size: entries.length, root, extensions });
  const write = tlogProofWriter({ text, signatures: [sign(text)] });
  return entries.map(({ bytes: entry }, index) => {
    const extra = encodeProofExtra({ kind: "event", entry });
    return write({ extra, index, hashes: proofs[index] ?? [] });
  });
}

/** The latest entry that may stand under one signature with these: how a queue is cut into groups. */
export interface GroupBounds {
  readonly entriesMax: number;
  readonly spreadMaxMs: number;
}

/** Cuts what waits into groups of neighbours in time, each within the bounds. */
export function groupsOf<Item extends { readonly entry: DurableEntry }>(
  waiting: readonly Item[],
  { entriesMax, spreadMaxMs }: GroupBounds,
): Item[][] {
  const groups: Item[][] = [];
  let group: Item[] = [];
  let firstAtMs = 0;
  for (const item of waiting.toSorted((a, b) => a.entry.atMs - b.entry.atMs)) {
    const { atMs } = item.entry;
    if (group.length === 0 || group.length >= entriesMax || atMs - firstAtMs > spreadMaxMs) {
      group = [];
      groups.push(group);
      firstAtMs = atMs;
    }
    group.push(item);
  }
  return groups;
}

/** What the group has committed for one shard. */
export interface Committed {
  /** null: nothing, or nothing any more. */
  readonly offset: number | null;
  /** Our own note beside it: everything of the shard before it is on the ledger. null: someone else set the offset. */
  readonly nextSeq: number | null;
}

/** What the topic holds of one shard: from `low` up to, not including, `high`. */
export interface Held {
  readonly low: number;
  readonly high: number;
}

export interface Beginning {
  /** Where to read from; null: from the committed offset. */
  readonly from: number | null;
  /** What to ask the relay for, and why; null when nothing is missing. */
  readonly missing: { readonly fromSeq: number; readonly why: string } | null;
}

/**
 * Where to begin with a shard. An offset is only believed when it bears our note and the topic still holds it: what is
 * read twice does no harm, what is passed over would never be missed.
 */
export function beginning({ offset, nextSeq }: Committed, { low, high }: Held): Beginning {
  if (offset === null) {
    return { from: null, missing: { fromSeq: 0, why: "no position was ever committed" } };
  }
  if (nextSeq === null) {
    return { from: low, missing: { fromSeq: 0, why: "its position was not set by a writer" } };
  }
  if (offset < low) {
    return { from: low, missing: { fromSeq: nextSeq, why: "the topic dropped its next events" } };
  }
  if (offset > high) {
    return { from: low, missing: { fromSeq: nextSeq, why: "the topic ends before its position" } };
  }
  return { from: null, missing: null };
}

const note = /^next=(\d{1,16})$/;

/** The note that is committed with an offset. */
export const writeNote = (nextSeq: number): string => `next=${nextSeq}`;

export function readNote(metadata: string | null): number | null {
  const nextSeq = Number(note.exec(metadata ?? "")?.[1] ?? Number.NaN);
  return Number.isSafeInteger(nextSeq) ? nextSeq : null;
}

import {
  type BatchEntry,
  decodeEntry,
  type Entry,
  type GenesisEntry,
  kindOfEntry,
  type SealEntry,
} from "@scrip/wire";
import type { OfferedBatch } from "../block/block.ts";

/** A block taken apart into what it was made of. */
export type BlockParts =
  | { readonly kind: "GENESIS"; readonly genesis: GenesisEntry; readonly seal: SealEntry }
  | {
      readonly kind: "BATCHES";
      readonly batches: readonly OfferedBatch[];
      readonly seal: SealEntry;
    };

/** Entries that are not a block: which one, counted from the block's first, and why. */
export class CutError extends Error {
  override readonly name = "CutError";
  readonly at: number;

  constructor(at: number, reason: string, cause?: unknown) {
    super(reason, { cause });
    this.at = at;
  }
}

/** Takes the entries of one block apart; rejections give back the events they wrap. @throws CutError */
export function cutBlock(entries: readonly Uint8Array[]): BlockParts {
  const last = entries.length - 1;
  const seal = entryAt(entries, last, "seal");
  if (kindAt(entries, 0) === "genesis") {
    if (last !== 1) throw new CutError(1, "the genesis block is the genesis entry and its seal");
    return { kind: "GENESIS", genesis: entryAt(entries, 0, "genesis"), seal };
  }
  const batches: OfferedBatch[] = [];
  let at = 0;
  while (at < last) {
    const header: BatchEntry = entryAt(entries, at, "batch");
    const end = at + 1 + header.count;
    if (end > last) throw new CutError(at, `the block ends inside a batch of ${header.count}`);
    batches.push({ header, events: entries.slice(at + 1, end).map(offeredBytes) });
    at = end;
  }
  if (batches.length === 0) throw new CutError(0, "a block without batches");
  return { kind: "BATCHES", batches, seal };
}

/** The event as it was offered, whether it was accepted or not. */
function offeredBytes(entry: Uint8Array): Uint8Array {
  if (kindOfEntry(entry) !== "rejection") return entry;
  const rejection = decodeEntry(entry);
  return rejection.kind === "rejection" ? rejection.event : entry;
}

function kindAt(entries: readonly Uint8Array[], at: number): Entry["kind"] | undefined {
  const bytes = entries[at];
  return bytes && kindOfEntry(bytes);
}

function entryAt<K extends Entry["kind"]>(
  entries: readonly Uint8Array[],
  at: number,
  kind: K,
): Extract<Entry, { kind: K }> {
  const bytes = entries[at];
  if (bytes === undefined) throw new CutError(Math.max(0, at), `there is no ${kind}`);
  const entry = decoded(bytes, at);
  if (entry.kind !== kind) throw new CutError(at, `a ${entry.kind} where a ${kind} has to be`);
  return entry as Extract<Entry, { kind: K }>;
}

function decoded(bytes: Uint8Array, at: number): Entry {
  try {
    return decodeEntry(bytes);
  } catch (cause) {
    throw new CutError(at, "bytes that are no entry", cause);
  }
}

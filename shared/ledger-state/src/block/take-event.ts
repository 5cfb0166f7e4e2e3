import { noTotals, type Program } from "@scrip/domain";
import {
  decodeEvent,
  encodeEntry,
  type EventEntry,
  programStart,
  type RejectionReason,
  toHex,
  WireError,
} from "@scrip/wire";
import type { BlockDraft } from "./block-draft.ts";
import { hear, type Hearing, rejectionOf } from "./event-rules.ts";
import { programOf } from "./named-by.ts";

/** An event of a taken batch: its bytes as offered and their leaf hash. */
export interface OfferedEvent {
  readonly shard: number;
  readonly bytes: Uint8Array;
  readonly leafHash: Uint8Array;
}

/** Appends an event, or a rejection in its place, with all that follows from it. Gives its event id. */
export function takeEvent(draft: BlockDraft, offered: OfferedEvent): string {
  const eventId = toHex(offered.leafHash);
  const entry = decoded(offered.bytes);
  const hearing = entry && hear(draft, entry);
  const reason = hearing ? rejectionOf(draft, offered.shard, hearing) : "ENTRY_MALFORMED";
  const index =
    reason === null
      ? draft.log.append(offered.bytes, offered.leafHash)
      : draft.log.append(encodeEntry({ kind: "rejection", event: offered.bytes, reason }));
  if (hearing !== null) settle(draft, { hearing, reason, eventId });
  draft.note({ index, eventId, entry, reason });
  return eventId;
}

function decoded(bytes: Uint8Array): EventEntry | null {
  try {
    return decodeEvent(bytes);
  } catch (error) {
    if (error instanceof WireError) return null;
    throw error;
  }
}

function settle(
  draft: BlockDraft,
  {
    hearing,
    reason,
    eventId,
  }: { hearing: Hearing; reason: RejectionReason | null; eventId: string },
): void {
  if (reason === null) evolve(draft, hearing, eventId);
  else diverge(draft, hearing);
  const programId = programOf(hearing.entry.event);
  // A rejected entry belongs to its program too: leaving it out of an export would show.
  if (programId !== null) draft.countEntry(programId, eventId);
}

function evolve(draft: BlockDraft, { entry, situation }: Hearing, eventId: string): void {
  const { leaves } = draft;
  const { event, nonce } = entry;
  const after = draft.rules.evolve(situation, event);
  const last = { lastEventId: eventId, nonce, diverged: false };
  if (after.program !== null) setProgram(draft, after.program);
  if (after.batch !== null) leaves.set("batch", after.batch);
  if (after.participant !== null) leaves.set("participant", after.participant);
  for (const card of after.cards) leaves.set("card", { card, ...last });
  if (after.operation !== null) leaves.set("operation", { operation: after.operation, ...last });
  const programId = programOf(event);
  if (programId !== null) draft.countCards(programId, situation.cards, after.cards);
}

/** A version of a program rules from now on, and stays: cards are judged by the version they name. */
function setProgram({ leaves, hash }: BlockDraft, program: Program): void {
  const { programId, version } = program;
  const known = leaves.get("program", programId);
  const fresh = { programId, entries: 0, chain: programStart(hash, programId), totals: noTotals };
  leaves.set("program-version", program);
  leaves.set("program", { ...(known ?? fresh), currentVersion: version });
}

/** From here on everything for these cards is rejected, until an operator reconciles them. Their versions stay. */
function diverge({ leaves }: BlockDraft, { cards, operation }: Hearing): void {
  for (const state of cards) if (!state.diverged) leaves.set("card", { ...state, diverged: true });
  if (operation?.diverged === false) leaves.set("operation", { ...operation, diverged: true });
}

import { noTotals, type Program, programLeadMs } from "@scrip/domain";
import { encodeEntry, eventIn, programStart, type RejectionReason, toHex } from "@scrip/wire";
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
  const entry = eventIn(offered.bytes);
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
  for (const operation of after.operations) leaves.set("operation", { operation, ...last });
  for (const opId of after.closed) leaves.remove("operation", opId);
  if (after.stream !== null) leaves.set("shard-head", after.stream);
  const programId = programOf(event);
  if (programId !== null) draft.countCards(programId, situation.cards, after.cards);
}

/**
 * A version of a program stays: cards are judged by the version they name. One that follows another rules no earlier
 * than `programLeadMs` after its block, so that everybody knows it before it does: who decides under the older one
 * until then is never wrong, however long the change was on its way.
 */
function setProgram({ leaves, hash, timeMs }: BlockDraft, given: Program): void {
  const { programId, version } = given;
  const knownFromMs = version === 1 ? 0 : timeMs + programLeadMs;
  const program = { ...given, effectiveFromMs: Math.max(given.effectiveFromMs, knownFromMs) };
  const known = leaves.get("program", programId);
  const fresh = { programId, entries: 0, chain: programStart(hash, programId), totals: noTotals };
  leaves.set("program-version", program);
  leaves.set("program", { ...(known ?? fresh), currentVersion: version });
}

/**
 * From here on everything for these cards is rejected, until an operator reconciles them. Their versions stay. An
 * operation diverges with a card it drew from: that card's reconciliation sets it too, and nothing else could.
 */
function diverge({ leaves }: BlockDraft, { cards, operations }: Hearing): void {
  for (const state of cards) if (!state.diverged) leaves.set("card", { ...state, diverged: true });
  const named = new Set(cards.map(({ card }) => card.cardId));
  for (const state of operations) {
    const drewFromOne = state.operation.legs.some(({ cardId }) => named.has(cardId));
    if (drewFromOne && !state.diverged) leaves.set("operation", { ...state, diverged: true });
  }
}

import {
  type Card,
  type CardId,
  type DomainEvent,
  isControl,
  leavesOf,
  type OpId,
  type Operation,
  shardOf,
  type Situation,
} from "@scrip/domain";
import type { CardState, EventEntry, OperationState, RejectionReason } from "@scrip/wire";
import type { BlockDraft } from "./block-draft.ts";
import { needsOperator, participantsNamedBy } from "./named-by.ts";
import { isOperatorSigned } from "./operator-signature.ts";

/** An event with the leaves it names, as they are before it. */
export interface Hearing {
  readonly entry: EventEntry;
  readonly situation: Situation;
  /** Every card it names, known or not. */
  readonly cardIds: readonly CardId[];
  readonly cards: readonly CardState[];
  readonly operations: readonly OperationState[];
}

/** Loads what an event is judged by: the leaves it names, nothing else. */
export function hear({ leaves }: BlockDraft, entry: EventEntry): Hearing {
  const named = leavesOf(entry.event);
  const cards: CardState[] = [];
  const byId = new Map<CardId, Card>();
  for (const cardId of named.cards) {
    const state = leaves.get("card", cardId);
    if (state === undefined || byId.has(cardId)) continue;
    cards.push(state);
    byId.set(cardId, state.card);
  }
  const operations = named.operations.flatMap((opId) => leaves.get("operation", opId) ?? []);
  const situation: Situation = {
    program: (named.program && leaves.get("program-version", named.program)) ?? null,
    batch: (named.batch && leaves.get("batch", named.batch)) ?? null,
    participant: (named.participant && leaves.get("participant", named.participant)) ?? null,
    cards: byId,
    operations: byOpId(operations),
    stream: (named.stream !== null && leaves.get("shard-head", named.stream)) || null,
  };
  return { entry, situation, cardIds: named.cards, cards, operations };
}

const noOperations: ReadonlyMap<OpId, Operation> = new Map();

const byOpId = (states: readonly OperationState[]): Situation["operations"] =>
  states.length === 0
    ? noOperations
    : new Map(states.map(({ operation }) => [operation.opId, operation]));

/** Why an event of this shard's stream is rejected, or null. */
export function rejectionOf(
  draft: BlockDraft,
  shard: number,
  hearing: Hearing,
): RejectionReason | null {
  const { entry, situation } = hearing;
  const { event } = entry;
  if (!isAtHome(draft, shard, hearing)) return "WRONG_SHARD";
  if (event.atMs > draft.timeMs + draft.protocol.skewMaxMs) return "TIME_AHEAD_OF_BLOCK";
  const diverged = divergence(hearing);
  if (diverged !== null) return diverged;
  const registered = (id: string): boolean => draft.leaves.get("participant", id) !== undefined;
  if (!participantsNamedBy(event).every(registered)) return "PARTICIPANT_NOT_FOUND";
  if (needsOperator(event) && !isOperatorSigned(draft, entry)) return "SIGNATURE_MISSING";
  if (isSuperseded(draft, event)) return "PROGRAM_VERSION_WRONG";
  return draft.rules.admit(situation, event)?.code ?? null;
}

function isAtHome({ protocol }: BlockDraft, shard: number, hearing: Hearing): boolean {
  const { shards } = protocol;
  if (isControl(hearing.entry.event)) return shard === shards;
  const drawnFrom = hearing.operations.flatMap(({ operation }) => operation.legs);
  const cardIds = [...hearing.cardIds, ...drawnFrom.map(({ cardId }) => cardId)];
  return cardIds.every((cardId) => shardOf(cardId, shards) === shard);
}

/** A card that has diverged takes nothing but its reconciliation, and no other card takes that. */
function divergence({ entry, cards, operations }: Hearing): RejectionReason | null {
  const [card] = cards;
  if (entry.event.type === "CardReconciled")
    return card === undefined || card.diverged ? null : "CARD_NOT_DIVERGED";
  const diverged =
    cards.some((state) => state.diverged) || operations.some((state) => state.diverged);
  return diverged ? "CARD_DIVERGED" : null;
}

/** Whether a later version of the program ruled at the event's time; a change must follow the newest. */
function isSuperseded({ leaves }: BlockDraft, event: DomainEvent): boolean {
  const { program: named } = leavesOf(event);
  if (named === null) return false;
  const { programId, version } = named;
  const newest = leaves.get("program", programId)?.currentVersion ?? version;
  if (newest <= version) return false;
  const next = leaves.need("program-version", { programId, version: version + 1 });
  return event.type === "ProgramChanged" || next.effectiveFromMs <= event.atMs;
}

import { type Card, type CardId, leavesOf, shardOf, type Situation } from "@scrip/domain";
import type { CardState, EventEntry, OperationState, RejectionReason } from "@scrip/wire";
import type { BlockDraft } from "./block-draft.ts";
import { isControl, participantsNamedBy } from "./named-by.ts";

/** An event with the leaves it names, as they are before it. */
export interface Hearing {
  readonly entry: EventEntry;
  readonly situation: Situation;
  /** Every card it names, known or not. */
  readonly cardIds: readonly CardId[];
  readonly cards: readonly CardState[];
  readonly operation: OperationState | null;
}

/** Loads what an event is judged by: the leaves it names, nothing else. */
export function hear({ leaves }: BlockDraft, entry: EventEntry): Hearing {
  const { event } = entry;
  const named = leavesOf(event);
  const states: CardState[] = [];
  const cards = new Map<CardId, Card>();
  for (const cardId of named.cards) {
    const state = leaves.get("card", cardId);
    if (state === undefined || cards.has(cardId)) continue;
    states.push(state);
    cards.set(cardId, state.card);
  }
  const operation = named.operation && leaves.get("operation", named.operation);
  const situation: Situation = {
    program: (named.program && leaves.get("program-version", named.program)) ?? null,
    batch: (named.batch && leaves.get("batch", named.batch)) ?? null,
    participant: (named.participant && leaves.get("participant", named.participant)) ?? null,
    cards,
    operation: operation?.operation ?? null,
  };
  return {
    entry,
    situation,
    cardIds: named.cards,
    cards: states,
    operation: operation ?? null,
  };
}

/** Why an event of this shard's stream is rejected, or null. */
export function rejectionOf(
  draft: BlockDraft,
  shard: number,
  hearing: Hearing,
): RejectionReason | null {
  const { entry, situation, cards, operation } = hearing;
  const { event } = entry;
  const { shards, skewMaxMs } = draft.protocol;
  const atHome = isControl(event)
    ? shard === shards
    : hearing.cardIds.every((cardId) => shardOf(cardId, shards) === shard);
  if (!atHome) return "WRONG_SHARD";
  if (event.atMs > draft.timeMs + skewMaxMs) return "TIME_AHEAD_OF_BLOCK";
  if (cards.some(({ diverged }) => diverged) || operation?.diverged === true) {
    return "CARD_DIVERGED";
  }
  const registered = (id: string): boolean => draft.leaves.get("participant", id) !== undefined;
  if (!participantsNamedBy(event).every(registered)) return "PARTICIPANT_NOT_FOUND";
  return draft.rules.admit(situation, event)?.code ?? null;
}

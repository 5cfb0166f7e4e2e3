import type { DomainEvent } from "../events.ts";
import type { BatchId, CardId, OpId, ParticipantId, ProgramId } from "../ids.ts";

/** The leaves an event names: what a judge loads into a situation. What does not exist stays absent. */
export interface Leaves {
  readonly program: { readonly programId: ProgramId; readonly version: number } | null;
  readonly batch: BatchId | null;
  /** The participant that the event is about; acceptors and issuers it merely names are not judged. */
  readonly participant: ParticipantId | null;
  readonly cards: readonly CardId[];
  /** For a refund the write-off's id: there is an operation under it only if it went over several lots. */
  readonly operation: OpId | null;
}

const none: Leaves = { program: null, batch: null, participant: null, cards: [], operation: null };

const idsOf = (lines: readonly { readonly cardId: CardId }[]): readonly CardId[] =>
  lines.map((line) => line.cardId);

/** Names the leaves that judge an event and that it may change. */
export function leavesOf(event: DomainEvent): Leaves {
  switch (event.type) {
    case "ProgramCreated":
      return {
        ...none,
        program: termsOf({ ...event.program, programVersion: event.program.version }),
      };
    case "BatchCreated":
      return { ...none, program: termsOf(event), batch: event.batch.batchId };
    case "ParticipantRegistered":
      return { ...none, participant: event.participant.participantId };
    case "CardsGenerated":
    case "CardsAcquired":
    case "CardsDistributed":
      return { ...none, program: termsOf(event), batch: event.batchId, cards: idsOf(event.cards) };
    case "CardBound":
      return { ...none, program: termsOf(event), cards: [event.card.cardId] };
    case "PointsGranted":
      return { ...none, program: termsOf(event), cards: [event.lot.cardId] };
    case "CardWrittenOff": {
      const operation = event.cards.length > 1 ? event.opId : null;
      return { ...none, program: termsOf(event), cards: idsOf(event.cards), operation };
    }
    case "CardRefunded": {
      const operation = event.writeOffId;
      return { ...none, program: termsOf(event), cards: idsOf(event.cards), operation };
    }
  }
}

const termsOf = (event: { readonly programId: ProgramId; readonly programVersion: number }) => ({
  programId: event.programId,
  version: event.programVersion,
});

import type { DomainEvent } from "../events.ts";
import type { BatchId, CardId, OpId, ParticipantId, ProgramId } from "../ids.ts";

/** The leaves an event names: what a judge loads into a situation. What does not exist stays absent. */
export interface Leaves {
  readonly program: { readonly programId: ProgramId; readonly version: number } | null;
  readonly batch: BatchId | null;
  /** The participant that the event is about; acceptors and issuers it merely names are not judged. */
  readonly participant: ParticipantId | null;
  readonly cards: readonly CardId[];
  /** For a refund the write-off's id: there may be an operation under it, or its card still keeps it. */
  readonly operations: readonly OpId[];
  /** The shard whose stream the event is about. */
  readonly stream: number | null;
}

const none: Leaves = {
  program: null,
  batch: null,
  participant: null,
  cards: [],
  operations: [],
  stream: null,
};

const idsOf = (lines: readonly { readonly cardId: CardId }[]): readonly CardId[] =>
  lines.map((line) => line.cardId);

/** Names the leaves that judge an event and that it may change. */
export function leavesOf(event: DomainEvent): Leaves {
  switch (event.type) {
    case "ProgramCreated":
      return { ...none, program: versionOf(event.program, 0) };
    case "ProgramChanged":
      // Judged by the version before it.
      return { ...none, program: versionOf(event.program, 1) };
    case "BatchCreated":
      return { ...none, program: termsOf(event), batch: event.batch.batchId };
    case "ParticipantRegistered":
      return { ...none, participant: event.participant.participantId };
    case "EpochOpened":
      return { ...none, stream: event.shard };
    case "CardReconciled": {
      const operations = event.operations.map(({ opId }) => opId);
      return { ...none, program: termsOf(event), cards: [event.card.cardId], operations };
    }
    case "CardsGenerated":
    case "CardsAcquired":
    case "CardsDistributed":
      return { ...none, program: termsOf(event), batch: event.batchId, cards: idsOf(event.cards) };
    case "CardsExpired":
      return { ...none, program: termsOf(event), cards: idsOf(event.cards) };
    case "CardBound":
    case "CardUnbound":
    case "CardTransferred":
    case "CardLoaded":
    case "CardAdjusted":
    case "CardSuspended":
    case "CardResumed":
    case "CardCancelled":
      return { ...none, program: termsOf(event), cards: [event.card.cardId] };
    case "CardReplaced":
      return { ...none, program: termsOf(event), cards: idsOf([event.card, event.successor]) };
    case "PointsGranted":
      return { ...none, program: termsOf(event), cards: [event.lot.cardId] };
    case "CardWrittenOff": {
      const operations = event.cards.length > 1 ? [event.opId] : none.operations;
      return { ...none, program: termsOf(event), cards: idsOf(event.cards), operations };
    }
    case "CardRefunded": {
      const cards = [...idsOf(event.cards), ...event.passed];
      return { ...none, program: termsOf(event), cards, operations: [event.writeOffId] };
    }
    case "OperationsClosed":
      return { ...none, program: termsOf(event), operations: event.operations };
  }
}

const termsOf = (event: { readonly programId: ProgramId; readonly programVersion: number }) => ({
  programId: event.programId,
  version: event.programVersion,
});

const versionOf = (
  program: { readonly programId: ProgramId; readonly version: number },
  back: number,
) => ({ programId: program.programId, version: program.version - back });

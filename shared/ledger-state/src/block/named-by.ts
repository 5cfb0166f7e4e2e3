import type { DomainEvent, ParticipantId, ProgramId } from "@scrip/domain";

/** The issuer, distributor or acceptor an event names: organisations that have to be registered. */
export function participantsNamedBy(event: DomainEvent): readonly ParticipantId[] {
  switch (event.type) {
    case "ProgramCreated":
    case "ProgramChanged":
      return [event.program.issuer];
    case "BatchCreated":
      return [event.batch.issuer];
    case "ParticipantRegistered":
    case "CardBound":
    case "CardUnbound":
    case "CardTransferred":
    case "CardSuspended":
    case "CardResumed":
    case "CardsExpired":
    case "OperationsClosed":
    case "CardReconciled":
    case "EpochOpened":
      return [];
    case "CardsGenerated":
    case "CardLoaded":
    case "CardAdjusted":
    case "CardReplaced":
    case "CardCancelled":
      return [event.issuer];
    case "CardsAcquired":
    case "CardsDistributed":
      return [event.distributor];
    case "PointsGranted":
      return event.acceptor === null ? [event.issuer] : [event.issuer, event.acceptor];
    case "CardWrittenOff":
    case "CardRefunded":
      return [event.acceptor];
  }
}

/** Whether the operator's own signature has to stand beside the writer's. */
export const needsOperator = (event: DomainEvent): boolean =>
  event.type === "CardReconciled" || event.type === "EpochOpened";

/** The program whose export holds an event. */
export function programOf(event: DomainEvent): ProgramId | null {
  if ("program" in event) return event.program.programId;
  return "programId" in event ? event.programId : null;
}

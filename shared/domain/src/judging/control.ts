import type { ControlEvent, DomainEvent } from "../events.ts";

/** Whether an event belongs to the control stream, which no card shard orders. */
export function isControl(event: DomainEvent): event is ControlEvent {
  switch (event.type) {
    case "ProgramCreated":
    case "ProgramChanged":
    case "BatchCreated":
    case "ParticipantRegistered":
    case "CardReconciled":
    case "EpochOpened":
      return true;
    case "CardsGenerated":
    case "CardsAcquired":
    case "CardsDistributed":
    case "CardsExpired":
    case "CardBound":
    case "CardUnbound":
    case "CardTransferred":
    case "CardLoaded":
    case "CardAdjusted":
    case "CardSuspended":
    case "CardResumed":
    case "CardReplaced":
    case "CardCancelled":
    case "PointsGranted":
    case "CardWrittenOff":
    case "CardRefunded":
    case "OperationsClosed":
      return false;
  }
}

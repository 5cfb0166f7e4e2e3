import type { ControlEvent, DomainEvent, ParticipantId, ProgramId } from "@scrip/domain";

/** The issuer, distributor or acceptor an event names: organisations that have to be registered. */
export function participantsNamedBy(event: DomainEvent): readonly ParticipantId[] {
  switch (event.type) {
    case "ProgramCreated":
      return [event.program.issuer];
    case "BatchCreated":
      return [event.batch.issuer];
    case "ParticipantRegistered":
    case "CardBound":
      return [];
    case "CardsGenerated":
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

/** Whether an event belongs to the control stream, which has no cards. */
export function isControl(event: DomainEvent): event is ControlEvent {
  switch (event.type) {
    case "ProgramCreated":
    case "BatchCreated":
    case "ParticipantRegistered":
      return true;
    case "CardsGenerated":
    case "CardsAcquired":
    case "CardsDistributed":
    case "CardBound":
    case "PointsGranted":
    case "CardWrittenOff":
    case "CardRefunded":
      return false;
  }
}

/** The program whose export holds an event. */
export function programOf(event: DomainEvent): ProgramId | null {
  if (event.type === "ParticipantRegistered") return null;
  return event.type === "ProgramCreated" ? event.program.programId : event.programId;
}

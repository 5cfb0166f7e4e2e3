import type { DomainEvent, ParticipantId } from "@scrip/domain";

/** Who takes part in an event, and as what. */
export interface Party {
  readonly role: "ACTOR" | "ISSUER" | "DISTRIBUTOR" | "ACCEPTOR" | "REGISTERED";
  readonly participant: ParticipantId;
}

/** Everyone whom an event names; the actor, whose API key asked for it, first. */
export const partiesOf = (event: DomainEvent): Party[] => [
  { role: "ACTOR", participant: event.actor },
  ...others(event),
];

function others(event: DomainEvent): Party[] {
  switch (event.type) {
    case "ProgramCreated":
    case "ProgramChanged":
      return [{ role: "ISSUER", participant: event.program.issuer }];
    case "BatchCreated":
      return [{ role: "ISSUER", participant: event.batch.issuer }];
    case "ParticipantRegistered":
      return [{ role: "REGISTERED", participant: event.participant.participantId }];
    case "CardsGenerated":
    case "CardLoaded":
    case "CardAdjusted":
    case "CardReplaced":
    case "CardCancelled":
      return [{ role: "ISSUER", participant: event.issuer }];
    case "CardsAcquired":
    case "CardsDistributed":
      return [{ role: "DISTRIBUTOR", participant: event.distributor }];
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
    case "PointsGranted":
      return [
        { role: "ISSUER", participant: event.issuer },
        ...(event.acceptor === null
          ? []
          : [{ role: "ACCEPTOR", participant: event.acceptor } as const]),
      ];
    case "CardWrittenOff":
    case "CardRefunded":
      return [{ role: "ACCEPTOR", participant: event.acceptor }];
  }
}

import { type Card, type DomainEvent, inUse, isSetApart, type Standing } from "@scrip/domain";
import type { CardState } from "@scrip/wire";

/** Whether the ledger refused the card's birth: it waits for a reconciliation that cannot be, for one side has no card. */
export const isUnborn = (own: Card, committed: CardState | undefined): boolean =>
  committed === undefined && isSetApart(own);

/** The card as the store keeps it from a rejection on: one version further, though no event says so. */
export const setApart = (card: Card): Card => ({
  ...card,
  standing: { status: "SUSPENDED", reason: "LEDGER_REJECTED" },
  version: card.version + 1,
});

/**
 * The standing that the store's card had before it was set apart: the ledger's, and what the refused events, all of
 * which the store has taken, made of it.
 */
export function standingBefore(
  committed: Card,
  own: Card,
  refused: readonly { readonly event: DomainEvent }[],
): Standing {
  let standing = committed.standing;
  for (const { event } of refused) standing = after(standing, event, own);
  const { status } = standing;
  return status === "ACTIVE" || status === "REDEEMED" ? inUse(own.balance) : standing;
}

function after(standing: Standing, event: DomainEvent, card: Card): Standing {
  switch (event.type) {
    case "CardsAcquired":
      return { status: "ALLOCATED" };
    case "CardsDistributed":
    case "CardResumed":
      return inUse(card.balance);
    case "CardSuspended":
      return { status: "SUSPENDED", reason: event.reason };
    case "CardCancelled":
      return { status: "CANCELLED", reason: event.reason };
    case "CardsExpired":
      return { status: "EXPIRED" };
    case "CardReplaced":
      return event.successor.cardId === card.cardId
        ? inUse(card.balance)
        : { status: "REPLACED", successor: event.successor.cardId };
    case "CardReconciled":
    case "CardsGenerated":
    case "CardBound":
    case "CardUnbound":
    case "CardTransferred":
    case "CardLoaded":
    case "CardAdjusted":
    case "PointsGranted":
    case "CardWrittenOff":
    case "CardRefunded":
    case "OperationsClosed":
    case "ProgramCreated":
    case "ProgramChanged":
    case "BatchCreated":
    case "ParticipantRegistered":
    case "EpochOpened":
      return standing;
  }
}

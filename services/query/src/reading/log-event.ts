import {
  type CardId,
  type CardReconciled,
  type DomainEvent,
  type Effect,
  zero,
} from "@scrip/domain";
import { PortError, type FollowerStore } from "@scrip/ports";
import { decodeEntry, eventIn, type RejectionReason } from "@scrip/wire";

/** An event as it stands in the log, accepted or rejected. */
export interface LogEvent {
  readonly index: number;
  /** The entry in the log: the event, or the rejection in its place. */
  readonly entry: Uint8Array;
  /** The event's own bytes; their leaf hash is its id. */
  readonly bytes: Uint8Array;
  /** Null for rejected bytes that are no event. */
  readonly event: DomainEvent | null;
  /** Null for an accepted event. */
  readonly rejection: RejectionReason | null;
}

/** @throws PortError CORRUPT when the entry there is no event */
export function logEventAt(store: Pick<FollowerStore, "entry">, index: number): LogEvent {
  const bytes = store.entry(index);
  if (bytes === undefined) throw new PortError("CORRUPT", `no entry ${index}`);
  const entry = decodeEntry(bytes);
  if (entry.kind === "event")
    return { index, entry: bytes, bytes, event: entry.event, rejection: null };
  if (entry.kind !== "rejection") throw new PortError("CORRUPT", `entry ${index} is no event`);
  const { event: offered, reason } = entry;
  const event = eventIn(offered)?.event ?? null;
  return { index, entry: bytes, bytes: offered, event, rejection: reason };
}

/** What an event says of each card it names, in its order. Events that are about no card name none. */
export function effectsOf(event: DomainEvent): Effect[] {
  switch (event.type) {
    case "ProgramCreated":
    case "ProgramChanged":
    case "BatchCreated":
    case "ParticipantRegistered":
    case "EpochOpened":
    case "OperationsClosed":
      return [];
    case "CardReconciled":
      return [reconciled(event)];
    case "CardsGenerated":
    case "CardsAcquired":
    case "CardsDistributed":
      return event.cards.map((card) => ({ ...card, ...event.each }));
    case "CardBound":
    case "CardUnbound":
    case "CardTransferred":
    case "CardLoaded":
    case "CardAdjusted":
    case "CardSuspended":
    case "CardResumed":
    case "CardCancelled":
      return [event.card];
    case "CardReplaced":
      return [event.card, event.successor];
    case "PointsGranted":
      return [event.lot];
    case "CardWrittenOff":
    case "CardRefunded":
    case "CardsExpired":
      return [...event.cards];
  }
}

/** A reconciled card is set anew: nothing moves, the amounts are what they are from there on. */
const reconciled = ({ card }: CardReconciled): Effect => ({
  cardId: card.cardId,
  version: card.version,
  amount: zero,
  balance: card.balance,
  held: card.held,
});

/** What an event says of one card. */
export const effectOn = (event: DomainEvent, cardId: CardId): Effect | undefined =>
  effectsOf(event).find((effect) => effect.cardId === cardId);

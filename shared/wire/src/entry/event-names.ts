import type { EventType } from "@scrip/domain";

/** CloudEvents 1.0 attributes in binary mode, as message headers. The value of the message is the entry's bytes. */
export const cloudEventHeaders = {
  /** The event id: leaf hash, hex. */
  id: "ce_id",
  /** One of `eventNames`. */
  type: "ce_type",
  /** The chain id. */
  source: "ce_source",
  specVersion: "ce_specversion",
  time: "ce_time",
  /** First card, or what a control event names. */
  subject: "ce_subject",
  /** Position in the shard's stream. */
  sequence: "ce_sequence",
  epoch: "ce_scripepoch",
  /** Stream chain before this event, hex. */
  chain: "ce_scripchain",
  contentType: "content-type",
} as const;

export const entryContentType = "application/cbor";

/** Name of each event type as the world outside sees it, with the version of its form. */
export const eventNames: Readonly<Record<EventType, string>> = {
  ProgramCreated: "scrip.program.created.v1",
  BatchCreated: "scrip.batch.created.v1",
  ParticipantRegistered: "scrip.participant.registered.v1",
  CardsGenerated: "scrip.cards.generated.v1",
  CardsAcquired: "scrip.cards.acquired.v1",
  CardsDistributed: "scrip.cards.distributed.v1",
  CardBound: "scrip.card.bound.v1",
  PointsGranted: "scrip.points.granted.v1",
  CardWrittenOff: "scrip.card.written-off.v1",
  CardRefunded: "scrip.card.refunded.v1",
  CardLoaded: "scrip.card.loaded.v1",
  CardAdjusted: "scrip.card.adjusted.v1",
  CardSuspended: "scrip.card.suspended.v1",
  CardResumed: "scrip.card.resumed.v1",
  CardsExpired: "scrip.cards.expired.v1",
  CardReplaced: "scrip.card.replaced.v1",
  CardCancelled: "scrip.card.cancelled.v1",
  CardUnbound: "scrip.card.unbound.v1",
  CardTransferred: "scrip.card.transferred.v1",
  OperationsClosed: "scrip.operations.closed.v1",
  ProgramChanged: "scrip.program.changed.v1",
  CardReconciled: "scrip.card.reconciled.v1",
  EpochOpened: "scrip.epoch.opened.v1",
};

const typeOf = new Map(Object.entries(eventNames).map(([type, name]) => [name, type as EventType]));

/** The event type behind a name. */
export const eventTypeOf = (name: string): EventType | null => typeOf.get(name) ?? null;

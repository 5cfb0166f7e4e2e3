import { bulkCardsPerEventMax, lotsPerWriteOffMax, passedCardsMax } from "@scrip/domain";
import type { FromSchema } from "./schema.ts";
import { list, nullable, object, words } from "./schema.ts";
import { nameOrNull, timeOrNull } from "./operations.ts";
import { listedItemsMax } from "./queries.ts";
import {
  cardIdText,
  count,
  eventIdText,
  finalityText,
  idInPath,
  nameText,
  standingAmount,
} from "./scalars.ts";

/*
 * Events of the ledger: `GET /v1/events/{id}`; their proof, `…/proof`, is a text file. `GET /v1/programs/{id}/events`:
 * those of a program.
 */

export const eventParams = object({ id: idInPath });
export type EventParams = FromSchema<typeof eventParams>;

/** A card as the event left it. */
const cardAfter = {
  version: count,
  amount: standingAmount,
  balance: standingAmount,
  held: standingAmount,
} as const;

/** Parties of one event; far more than any event names. */
const partiesMax = 8;
const party = object({
  role: words("ACTOR", "ISSUER", "DISTRIBUTOR", "ACCEPTOR", "REGISTERED"),
  participant: nameText,
});

/** What is told of an event: what happened, when, by whom. Bytes that are no event have only an id and a place. */
const facts = {
  eventId: eventIdText,
  /** Where in the log it stands. */
  index: count,
  finality: finalityText,
  /** Why the ledger rejected it. */
  rejection: nullable({ type: "string" }),
  type: nullable({ type: "string" }),
  at: timeOrNull,
  businessAt: timeOrNull,
  programId: nameOrNull,
  programVersion: nullable(count),
  parties: list(party, partiesMax),
} as const;

export const eventAnswer = object({
  ...facts,
  cards: list(object({ cardId: cardIdText, ...cardAfter }), bulkCardsPerEventMax),
});
export type EventAnswer = FromSchema<typeof eventAnswer>;

/** An event in the history of one card, and the card as it left it. */
export const historyEvent = object({ ...facts, ...cardAfter });
export type HistoryEvent = FromSchema<typeof historyEvent>;

export const programParams = object({ id: idInPath });
export type ProgramParams = FromSchema<typeof programParams>;

/** An event in the list of its program; `cards` is how many it names. */
const listedEvent = object({ ...facts, cards: count });
export type ListedEvent = FromSchema<typeof listedEvent>;

/** Events of a program, rejected ones too, the oldest first. */
export const programEventsAnswer = object({
  programId: nameText,
  events: list(listedEvent, listedItemsMax),
  nextCursor: nullable({ type: "string" }),
});
export type ProgramEventsAnswer = FromSchema<typeof programEventsAnswer>;

/** Cards that one event names: a refund's lots, and the replaced cards on the way to them. */
const namedCardsMax = lotsPerWriteOffMax + passedCardsMax;

/** An event that the ledger refused; `diverged` are those of its cards that wait for an operator. */
const rejection = object({ ...facts, cards: count, diverged: list(cardIdText, namedCardsMax) });

/** Every event that the ledger refused, the oldest first. */
export const rejectionsAnswer = object({
  rejections: list(rejection, listedItemsMax),
  nextCursor: nullable({ type: "string" }),
});
export type RejectionsAnswer = FromSchema<typeof rejectionsAnswer>;

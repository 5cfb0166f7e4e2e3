import { bulkCardsPerEventMax } from "@scrip/domain";
import type { FromSchema } from "./schema.ts";
import { list, nullable, object, words } from "./schema.ts";
import { nameOrNull, timeOrNull } from "./operations.ts";
import {
  cardIdText,
  count,
  eventIdText,
  finalityText,
  idInPath,
  nameText,
  standingAmount,
} from "./scalars.ts";

/* Events of the ledger: `GET /v1/events/{id}`. Their proof, `…/proof`, is a text file. */

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

import type { FromSchema } from "./schema.ts";
import { list, nullable, object, words } from "./schema.ts";
import { balances, cardParts, nameOrNull, timeOrNull, valueMoved } from "./operations.ts";
import { listedItemsMax } from "./queries.ts";
import {
  batchIdText,
  cardIdText,
  cardStatusText,
  count,
  eventIdText,
  idInPath,
  nameText,
  operationIdText,
  unitText,
} from "./scalars.ts";

/*
 * What the ledger has, page by page, oldest first: `GET /v1/acceptors/{id}/write-offs`, `GET /v1/batches/{id}/cards`.
 */

const nextCursor = nullable({ type: "string" });

export const acceptorParams = object({ id: idInPath });
export type AcceptorParams = FromSchema<typeof acceptorParams>;

/** A sale, or what was given back of one: an item of its own, because the ledger only grows. */
const listedWriteOff = object({
  type: words("WRITE_OFF", "REFUND"),
  /** The sale; a refund's too. */
  writeOffId: operationIdText("wo"),
  eventId: eventIdText,
  /** Where in the log it stands. */
  index: count,
  ...valueMoved,
  unit: unitText,
  cards: cardParts,
});
export type ListedWriteOff = FromSchema<typeof listedWriteOff>;

/** Committed write-offs at an acceptor and their refunds, in the order of the log. */
export const acceptorWriteOffsAnswer = object({
  acceptor: nameText,
  writeOffs: list(listedWriteOff, listedItemsMax),
  nextCursor,
});
export type AcceptorWriteOffsAnswer = FromSchema<typeof acceptorWriteOffsAnswer>;

/** A card of a batch as COMMITTED. */
const listedCard = object({
  cardId: cardIdText,
  status: cardStatusText,
  diverged: { type: "boolean" },
  version: count,
  distributor: nameOrNull,
  /** The card that replaced it; it stands in no list of its own. */
  successor: nullable(cardIdText),
  expiresAt: timeOrNull,
  balances,
} as const);
export type ListedCard = FromSchema<typeof listedCard>;

/** Cards of a batch in the order in which they were generated. */
export const batchCardsAnswer = object({
  batchId: batchIdText,
  cards: list(listedCard, listedItemsMax),
  nextCursor,
});
export type BatchCardsAnswer = FromSchema<typeof batchCardsAnswer>;

import { refundableInlineMax } from "@scrip/domain";
import type { FromSchema } from "../schema.ts";
import { list, nullable, object, orNull } from "../schema.ts";
import { historyEvent } from "../events.ts";
import { balances, nameOrNull, timeOrNull } from "../operations.ts";
import { pageItemsMax } from "../queries.ts";
import {
  batchIdText,
  cardIdText,
  cardStatusText,
  codeText,
  count,
  eventIdText,
  finalityText,
  idInPath,
  movedAmount,
  nameText,
  operationIdText,
  standingAmount,
  timeText,
  unitText,
} from "../scalars.ts";

/*
 * Cards as the ledger has them: `GET /v1/cards/{id}`, `…/history`; their proof, `…/proof`, is a text file.
 * And what anybody may ask: `POST /v1/verify`.
 */

export const cardParams = object({ id: idInPath });
export type CardParams = FromSchema<typeof cardParams>;

/** What a write-off of this card alone still allows. */
const refundableWriteOff = object({
  writeOffId: operationIdText("wo"),
  acceptor: nameText,
  amount: standingAmount,
  refunded: standingAmount,
  refundableUntil: timeText,
});

/** The private half of a card's state, for those with the right to see it. */
const details = object({
  programVersion: count,
  /** `null` for a points lot. */
  batchId: nullable(batchIdText),
  faceValue: standingAmount,
  generatedAt: timeText,
  issuer: nameText,
  distributor: nameOrNull,
  /** Why it is suspended or cancelled. */
  reason: nullable({ type: "string" }),
  /** The card that replaced it. */
  successor: nullable(cardIdText),
  bound: { type: "boolean" },
  loaded: standingAmount,
  writtenOff: standingAmount,
  refunded: standingAmount,
  refundables: list(refundableWriteOff, refundableInlineMax),
  lastAt: timeText,
  lastEventId: eventIdText,
} as const);

/** Of which block an answer is. */
const asOf = object({ height: count, size: count, at: timeText });

export const cardAnswer = object({
  cardId: cardIdText,
  programId: nameText,
  unit: unitText,
  status: cardStatusText,
  /** True after the ledger rejected an event of it, until an operator reconciles the two. */
  diverged: { type: "boolean" },
  expiresAt: timeOrNull,
  version: count,
  finality: finalityText,
  asOf,
  balances: orNull(balances),
  details: orNull(details),
} as const);
export type CardAnswer = FromSchema<typeof cardAnswer>;

/** All steps of a card, the oldest first. */
export const historyAnswer = object({
  cardId: cardIdText,
  events: list(historyEvent, pageItemsMax),
  nextCursor: nullable({ type: "string" }),
});
export type HistoryAnswer = FromSchema<typeof historyAnswer>;

/** With the code one may ask whether an amount is covered; a card id alone would let anyone search the balance. */
export const verifyBody = {
  anyOf: [object({ code: codeText }, { amount: movedAmount }), object({ cardId: cardIdText })],
} as const;
export type VerifyBody = FromSchema<typeof verifyBody>;

/** One negative answer for every card that cannot be used: `confirmed: false` and nothing else. */
export const verifyAnswer = object(
  { confirmed: { type: "boolean" } } as const,
  {
    cardId: cardIdText,
    unit: unitText,
    /** Year and month; `null`: never. */
    expiryMonth: nullable({ type: "string", pattern: "^[0-9]{4}-[0-9]{2}$" }),
    /** Whether the amount asked for is covered, in the online state and on the ledger. */
    covered: { type: "boolean" },
    /** Where the program shows it. */
    balance: standingAmount,
    /** A proof file of the public half of the card's committed state. */
    proof: { type: "string" },
  } as const,
);
export type VerifyAnswer = FromSchema<typeof verifyAnswer>;

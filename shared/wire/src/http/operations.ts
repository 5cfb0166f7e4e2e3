import { eventIdPattern } from "../ids/public-ids.ts";
import type { FromSchema } from "./schema.ts";
import { list, nullable, object } from "./schema.ts";
import {
  cardIdText,
  eventIdText,
  finalityText,
  movedAmount,
  nameText,
  referenceText,
  standingAmount,
  timeText,
  unitText,
} from "./scalars.ts";
import { lotsPerWriteOffMax, tendersPerBasketMax } from "@scrip/domain";

/*
 * What every answer to an operation that moved value carries beside the operation itself.
 */

/** What a tender holds after the operation. */
export const balances = object({
  balance: standingAmount,
  held: standingAmount,
  available: standingAmount,
  unit: unitText,
});
export type Balances = FromSchema<typeof balances>;

/** One per tender. */
const balancesList = list(balances, tendersPerBasketMax);

/** Characters of a receipt: an entry of at most 65,535 bytes in base64, and a path and a signature beside it. */
const receiptCharactersMax = 100_000;

/** Where the proof of an event is served once it is on the ledger. */
export const eventProofPath = (eventId: string): string => `/v1/events/${eventId}/proof`;
const proofPathForm = `^${eventProofPath(eventIdPattern.slice(1, -1))}$`;

/** The answer of an operation: what it was, what is left, which event says so and how final that is. */
export const operationAnswer = <Operation extends object>(operation: Operation) =>
  object({
    operation,
    balances: balancesList,
    eventId: eventIdText,
    finality: finalityText,
    /** A signed promise, as a file, that the event will be on the ledger; null once it is: then `proof` is there. */
    receipt: nullable({ type: "string", maxLength: receiptCharactersMax }),
    /** Where its proof is; null while there is a receipt in its place. */
    proof: nullable({ type: "string", pattern: proofPathForm }),
  });

/** What a sale or refund moved, by card. */
export const cardParts = list(
  object({ cardId: cardIdText, amount: standingAmount }),
  lotsPerWriteOffMax,
);

/** Pairs of a sale, refund or grant. */
export const valueMoved = {
  amount: movedAmount,
  programId: nameText,
  at: timeText,
  businessAt: timeText,
} as const;

export const referenceOrNull = nullable(referenceText);
export const nameOrNull = nullable(nameText);
export const timeOrNull = nullable(timeText);

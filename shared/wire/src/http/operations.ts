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

/** The answer of an operation: what it was, what is left, which event says so and how final that is. */
export const operationAnswer = <Operation extends object>(operation: Operation) =>
  object({ operation, balances: balancesList, eventId: eventIdText, finality: finalityText });

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

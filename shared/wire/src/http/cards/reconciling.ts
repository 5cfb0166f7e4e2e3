import type { FromSchema } from "../schema.ts";
import { object, words } from "../schema.ts";
import { balances, referenceOrNull } from "../operations.ts";
import { cardIdText, cardStatusText, count, eventIdText, finalityText } from "../scalars.ts";

/*
 * A card that an event named which the ledger refused, set to what it is to be from now on:
 * `POST /v1/cards/{id}/reconcile`.
 */

/** Whose card is the true one: the ledger's, without what it refused, or the store's. */
const truth = words("LEDGER", "STORE");

export const reconcileBody = object({ to: truth }, { reason: referenceOrNull });
export type ReconcileBody = FromSchema<typeof reconcileBody>;

export const reconcileAnswer = object({
  cardId: cardIdText,
  to: truth,
  reason: referenceOrNull,
  status: cardStatusText,
  version: count,
  balances,
  eventId: eventIdText,
  finality: finalityText,
});
export type ReconcileAnswer = FromSchema<typeof reconcileAnswer>;

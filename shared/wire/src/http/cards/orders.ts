import type { OperationKind } from "../../ids/public-ids.ts";
import { operationAnswer, timeOrNull } from "../operations.ts";
import {
  cardIdText,
  codeText,
  hashText,
  holderText,
  idInPath,
  movedAmount,
  nameText,
  operationIdText,
  standingAmount,
  timeText,
} from "../scalars.ts";
import type { FromSchema } from "../schema.ts";
import { object, orNull, words } from "../schema.ts";
import { waitQuery } from "../queries.ts";

/*
 * What is done to one card by order: `POST /v1/cards/{id}/load`, `…/adjust`, `…/suspend`, `…/resume`, `…/cancel`,
 * `…/replace`; and to its binding: `DELETE /v1/bindings/{cardId}`, `POST …/transfer`.
 */

/** Why a card is suspended, cancelled or adjusted. What the ledger's own rejection brings about nobody asks for. */
const reason = words(
  "SUSPICIOUS_ACTIVITY",
  "CHARGEBACK",
  "LOST",
  "STOLEN",
  "SUPPORT_ISSUE",
  "ISSUED_IN_ERROR",
  "PURCHASE_REFUNDED",
  "COMPLIMENTARY",
  "REGULATOR_ORDER",
  "PROGRAM_CLOSED",
);
const direction = words("CREDIT", "DEBIT");

/** An operation on one card; `cardId` is the card that it took effect on. */
const ofCard = <Kind extends OperationKind, Word extends string, More extends object>(
  [kind, word]: readonly [Kind, Word],
  more: More,
) =>
  object({
    id: operationIdText(kind),
    type: words(word),
    status: words("COMPLETED"),
    cardId: cardIdText,
    programId: nameText,
    at: timeText,
    ...more,
  });

export const loadBody = object({ amount: movedAmount });
export type LoadBody = FromSchema<typeof loadBody>;
export const loadAnswer = operationAnswer(ofCard(["ld", "LOAD"], { amount: movedAmount }));
export type LoadAnswer = FromSchema<typeof loadAnswer>;

export const adjustBody = object({ amount: movedAmount, direction, reason });
export type AdjustBody = FromSchema<typeof adjustBody>;
export const adjustAnswer = operationAnswer(
  ofCard(["aj", "ADJUST"], { amount: movedAmount, direction, reason }),
);
export type AdjustAnswer = FromSchema<typeof adjustAnswer>;

export const suspendBody = object({ reason });
export type SuspendBody = FromSchema<typeof suspendBody>;
export const suspendAnswer = operationAnswer(ofCard(["su", "SUSPEND"], { reason }));
export type SuspendAnswer = FromSchema<typeof suspendAnswer>;

export const resumeBody = object({});
export const resumeAnswer = operationAnswer(ofCard(["rs", "RESUME"], {}));
export type ResumeAnswer = FromSchema<typeof resumeAnswer>;

export const cancelBody = object({ reason });
export type CancelBody = FromSchema<typeof cancelBody>;
/** `amount` is what the card held, and what is gone. */
export const cancelAnswer = operationAnswer(
  ofCard(["cn", "CANCEL"], { amount: standingAmount, reason }),
);
export type CancelAnswer = FromSchema<typeof cancelAnswer>;

export const replaceBody = object(
  {},
  {
    expiresAt: {
      ...timeOrNull,
      description:
        "When the successor expires; null: never; left out: when the card does. A card that has expired needs it.",
    },
  },
);
export type ReplaceBody = FromSchema<typeof replaceBody>;

const replaced = operationAnswer(
  ofCard(["rp", "REPLACE"], {
    amount: standingAmount,
    successor: cardIdText,
    expiresAt: timeOrNull,
  }),
);
export const replaceAnswer = object({
  ...replaced.properties,
  /** The successor's code, until it is confirmed; a points lot has none. */
  code: orNull(codeText),
  /** True once the code was confirmed: nobody is told it again. */
  codesWiped: { type: "boolean" },
} as const);
export type ReplaceAnswer = FromSchema<typeof replaceAnswer>;

/** SHA-256 of the code as it was shown, in hex: it arrived. */
export const codeConfirmBody = object({ sha256: hashText });
export type CodeConfirmBody = FromSchema<typeof codeConfirmBody>;
export const codeConfirmAnswer = object({ cardId: cardIdText, codes: words("WIPED") });
export type CodeConfirmAnswer = FromSchema<typeof codeConfirmAnswer>;

export const bindingParams = object({ cardId: idInPath });
export type BindingParams = FromSchema<typeof bindingParams>;

export const unbindQuery = object(
  {},
  {
    /** Whose wallet the card is in; left out by the issuer, who need not know. */
    holder: holderText,
    ...waitQuery.properties,
  },
);
export type UnbindQuery = FromSchema<typeof unbindQuery>;
export const unbindAnswer = operationAnswer(ofCard(["ub", "UNBIND"], {}));
export type UnbindAnswer = FromSchema<typeof unbindAnswer>;

/** From whose wallet, and into whose. */
export const transferBody = object({ holder: holderText, to: holderText });
export type TransferBody = FromSchema<typeof transferBody>;
export const transferAnswer = operationAnswer(ofCard(["tf", "TRANSFER"], {}));
export type TransferAnswer = FromSchema<typeof transferAnswer>;

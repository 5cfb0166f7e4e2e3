import type { FromSchema } from "./schema.ts";
import { nullable, object, single, words } from "./schema.ts";
import { cardParts, operationAnswer, referenceOrNull, valueMoved } from "./operations.ts";
import {
  cardIdText,
  codeText,
  holderText,
  idInPath,
  movedAmount,
  nameText,
  operationIdText,
  referenceText,
  standingAmount,
  timeText,
  unitText,
} from "./scalars.ts";

/* Sales: `POST /v1/write-offs`, `GET /v1/write-offs/{id}`, `POST /v1/write-offs/{id}/refund`. */

/** A code; a wallet's lots of one points program; or one bound card of a wallet. */
const tender = {
  anyOf: [
    object({ code: codeText }),
    object({ wallet: holderText, programId: nameText }),
    object({ wallet: holderText, cards: single(cardIdText) }),
  ],
} as const;
export type Tender = FromSchema<typeof tender>;

export const writeOffBody = object(
  { acceptor: nameText, amount: movedAmount, tenders: single(tender) },
  {
    unit: unitText,
    /** Take what there is when it is less than the amount; default: no. */
    allowPartial: { type: "boolean" },
    /** Decline when less than this is available; default 0. */
    minimumAvailable: standingAmount,
    reference: referenceText,
    /** Which settlement period it belongs to; default: now. */
    businessAt: timeText,
  } as const,
);
export type WriteOffBody = FromSchema<typeof writeOffBody>;

const writeOff = {
  id: operationIdText("wo"),
  type: words("WRITE_OFF"),
  status: words("COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED"),
  ...valueMoved,
  requested: movedAmount,
  acceptor: nameText,
  reference: referenceOrNull,
  cards: cardParts,
} as const;

export const writeOffAnswer = operationAnswer(object(writeOff));
export type WriteOffAnswer = FromSchema<typeof writeOffAnswer>;

/** A sale as it is read again: with how it stands now. */
export const writeOffReadAnswer = operationAnswer(
  object({
    ...writeOff,
    refunded: {
      ...nullable(standingAmount),
      description:
        "What was given back so far. Null once the refund window has closed and nothing is kept of the write-off but " +
        "its history: the acceptor's list has the refunds.",
    },
    refundable: {
      ...standingAmount,
      description: "What can still be given back; 0 once the refund window has closed.",
    },
  }),
);
export type WriteOffReadAnswer = FromSchema<typeof writeOffReadAnswer>;

export const writeOffParams = object({ id: idInPath });
export type WriteOffParams = FromSchema<typeof writeOffParams>;

/** Why something was given back, in the caller's words. */
const refundReason = {
  type: "string",
  pattern: "^[A-Z][A-Z0-9_]{0,39}$",
  maxLength: 40,
  title: "a word of capital letters, digits and _, like RETURNED",
} as const;

export const refundBody = object(
  { amount: movedAmount },
  { reason: refundReason, businessAt: timeText },
);
export type RefundBody = FromSchema<typeof refundBody>;

export const refundAnswer = operationAnswer(
  object({
    id: operationIdText("rf"),
    type: words("REFUND"),
    status: words("COMPLETED"),
    ...valueMoved,
    writeOffId: operationIdText("wo"),
    acceptor: nameText,
    reason: nullable(refundReason),
    cards: cardParts,
  }),
);
export type RefundAnswer = FromSchema<typeof refundAnswer>;

import type { FromSchema } from "./schema.ts";
import { list, nullable, object, words } from "./schema.ts";
import {
  balances,
  nameOrNull,
  operationAnswer,
  referenceOrNull,
  timeOrNull,
  valueMoved,
} from "./operations.ts";
import { pageItemsMax } from "./queries.ts";
import {
  cardIdText,
  cardStatusText,
  codeText,
  holderText,
  movedAmount,
  nameText,
  operationIdText,
  referenceText,
  standingAmount,
  timeText,
  unitText,
} from "./scalars.ts";

/* What belongs to a holder: `POST /v1/points-grants`, `POST /v1/bindings`, `GET /v1/wallets/{holder}`. */

export const grantBody = object(
  { programId: nameText, holder: holderText, amount: movedAmount },
  { expiresAt: timeOrNull, acceptor: nameText, reference: referenceText, businessAt: timeText },
);
export type GrantBody = FromSchema<typeof grantBody>;

export const grantAnswer = operationAnswer(
  object({
    id: operationIdText("pg"),
    type: words("POINTS_GRANT"),
    status: words("COMPLETED"),
    ...valueMoved,
    cardId: cardIdText,
    acceptor: nameOrNull,
    reference: referenceOrNull,
  }),
);
export type GrantAnswer = FromSchema<typeof grantAnswer>;

export const bindingBody = object({ code: codeText, holder: holderText });
export type BindingBody = FromSchema<typeof bindingBody>;

export const bindingAnswer = operationAnswer(
  object({
    id: operationIdText("bd"),
    type: words("BIND"),
    status: words("COMPLETED"),
    cardId: cardIdText,
    programId: nameText,
    at: timeText,
  }),
);
export type BindingAnswer = FromSchema<typeof bindingAnswer>;

export const walletParams = object({ holder: holderText });
export type WalletParams = FromSchema<typeof walletParams>;

/** Units of one wallet. */
const walletUnitsMax = 100;

export const walletAnswer = object({
  holder: holderText,
  /** One per unit, over the whole wallet. */
  balances: list(balances, walletUnitsMax),
  /** Cards and lots, a page at a time. */
  cards: list(
    object({
      cardId: cardIdText,
      programId: nameText,
      status: cardStatusText,
      unit: unitText,
      balance: standingAmount,
      held: standingAmount,
      available: standingAmount,
      expiresAt: timeOrNull,
    }),
    pageItemsMax,
  ),
  nextCursor: nullable({ type: "string" }),
});
export type WalletAnswer = FromSchema<typeof walletAnswer>;

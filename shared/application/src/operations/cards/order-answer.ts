import type { CardEvent, Effect, Unit } from "@scrip/domain";
import {
  type Balances,
  formatCardId,
  formatOperationId,
  formatTime,
  type OperationKind,
} from "@scrip/wire";

/** Events that an order about one card leads to. */
export type OrderedEvent = Extract<CardEvent, { readonly card: Effect }>;

/** The kind of each order's id, and its public name. */
const names = {
  CardLoaded: ["ld", "LOAD"],
  CardAdjusted: ["aj", "ADJUST"],
  CardSuspended: ["su", "SUSPEND"],
  CardResumed: ["rs", "RESUME"],
  CardCancelled: ["cn", "CANCEL"],
  CardReplaced: ["rp", "REPLACE"],
  CardBound: ["bd", "BIND"],
  CardUnbound: ["ub", "UNBIND"],
  CardTransferred: ["tf", "TRANSFER"],
} as const satisfies Record<OrderedEvent["type"], readonly [OperationKind, string]>;

/** What an order is called in requests. */
export const actOf = (type: OrderedEvent["type"]): string => names[type][1].toLowerCase();

/** What an order is answered. Its event says all of it, so that it can be told again from the ledger. */
export function orderAnswer(
  event: OrderedEvent,
  { shard: decisionShard, unit }: { readonly shard: number; readonly unit: Unit },
): object {
  const [kind, type] = names[event.type];
  return {
    operation: {
      id: formatOperationId({ kind, decisionShard, opId: event.opId }),
      type,
      status: "COMPLETED",
      cardId: formatCardId(event.card.cardId),
      programId: event.programId,
      at: formatTime(event.atMs),
      ...moreOf(event),
    },
    // Of a replacement the successor: that is where the value is.
    balances: [balancesAfter(event.type === "CardReplaced" ? event.successor : event.card, unit)],
  };
}

function moreOf(event: OrderedEvent): object {
  const amount = Number(event.card.amount);
  switch (event.type) {
    case "CardLoaded":
      return { amount };
    case "CardAdjusted":
      return { amount, direction: event.direction, reason: event.reason };
    case "CardSuspended":
      return { reason: event.reason };
    case "CardCancelled":
      return { amount, reason: event.reason };
    case "CardReplaced": {
      const { expiresAtMs, successor } = event;
      const expiresAt = expiresAtMs === null ? null : formatTime(expiresAtMs);
      return { amount, successor: formatCardId(successor.cardId), expiresAt };
    }
    case "CardResumed":
    case "CardBound":
    case "CardUnbound":
    case "CardTransferred":
      return {};
  }
}

const balancesAfter = ({ balance, held }: Effect, unit: Unit): Balances => ({
  balance: Number(balance),
  held: Number(held),
  available: Number(balance - held),
  unit,
});

import type { Amount, Direction, Reason } from "@scrip/domain";
import type { KeyedResult } from "../../keyed/keyed.ts";
import type { OperationPorts } from "../../keyed/ports.ts";
import type { Turns } from "../../keyed/turns.ts";
import { orderCard, type CardRequest } from "./order.ts";

/** Who may be asked of by an order is told what the card holds, also where it is refused. */
const shows = true;

/** Puts value on a card, or on the one that took its place. */
export const loadCard = (
  ports: OperationPorts,
  turns: Turns,
  request: CardRequest & { readonly amount: Amount },
): Promise<KeyedResult> => {
  const { amount } = request;
  return orderCard(ports, turns, {
    request,
    order: {
      type: "CardLoaded",
      asked: { amount: Number(amount) },
      follows: true,
      shows,
      step: ({ common }) => ({ command: { type: "LoadCard", ...common, amount } }),
    },
  });
};

/** Corrects what a card holds, up or down. */
export const adjustCard = (
  ports: OperationPorts,
  turns: Turns,
  request: CardRequest & {
    readonly amount: Amount;
    readonly direction: Direction;
    readonly reason: Reason;
  },
): Promise<KeyedResult> => {
  const { amount, direction, reason } = request;
  const told = { amount: Number(amount), direction, reason };
  return orderCard(ports, turns, {
    request,
    order: {
      type: "CardAdjusted",
      asked: told,
      shows,
      step: ({ common }) => ({
        command: { type: "AdjustCard", ...common, amount, direction, reason },
      }),
    },
  });
};

/** Blocks a card until it is resumed. */
export const suspendCard = (
  ports: OperationPorts,
  turns: Turns,
  request: CardRequest & { readonly reason: Reason },
): Promise<KeyedResult> => {
  const { reason } = request;
  return orderCard(ports, turns, {
    request,
    order: {
      type: "CardSuspended",
      asked: { reason },
      shows,
      step: ({ common }) => ({ command: { type: "SuspendCard", ...common, reason } }),
    },
  });
};

/** Ends a suspension. */
export const resumeCard = (
  ports: OperationPorts,
  turns: Turns,
  request: CardRequest,
): Promise<KeyedResult> =>
  orderCard(ports, turns, {
    request,
    order: {
      type: "CardResumed",
      asked: {},
      shows,
      step: ({ common }) => ({ command: { type: "ResumeCard", ...common } }),
    },
  });

/** Ends a card for good, with what it holds. */
export const cancelCard = (
  ports: OperationPorts,
  turns: Turns,
  request: CardRequest & { readonly reason: Reason },
): Promise<KeyedResult> => {
  const { reason } = request;
  return orderCard(ports, turns, {
    request,
    order: {
      type: "CardCancelled",
      asked: { reason },
      shows,
      step: ({ common }) => ({ command: { type: "CancelCard", ...common, reason } }),
    },
  });
};

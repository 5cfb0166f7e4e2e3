import type { KeyedResult } from "../../keyed/keyed.ts";
import type { OperationPorts } from "../../keyed/ports.ts";
import type { Turns } from "../../keyed/turns.ts";
import { commitmentOf, identifyHolder } from "../holders.ts";
import { orderCard, type CardRequest } from "./order.ts";

/** The card is the one whose code was shown. */
export interface BindRequest extends CardRequest {
  readonly holder: string;
}

/** Puts a card into the wallet of a holder. */
export async function bindCard(
  ports: OperationPorts,
  turns: Turns,
  request: BindRequest,
): Promise<KeyedResult> {
  const identity = await identifyHolder(ports, request.holder);
  const { walletId } = identity;
  return await orderCard(ports, turns, {
    request,
    order: {
      type: "CardBound",
      asked: { wallet: walletId },
      step: ({ record: { card }, common }) => ({
        command: {
          type: "BindCard",
          ...common,
          holder: commitmentOf(ports, identity, card.programId),
        },
        walletAfter: () => walletId,
        // The candidate goes first: the index may hold too much, never too little.
        before: () => ports.store.addWalletCandidate({ walletId, cardId: card.cardId }),
      }),
    },
  });
}

import type { CardRecord, HolderIdentity, WalletEntry } from "@scrip/ports";
import type { KeyedResult } from "../../keyed/keyed.ts";
import type { OperationPorts } from "../../keyed/ports.ts";
import type { Turns } from "../../keyed/turns.ts";
import { commitmentOf, identifyHolder } from "../holders.ts";
import { orderCard, type CardRequest } from "./order.ts";

export interface UnbindRequest extends CardRequest {
  /** Whose wallet it must be in; null: whosoever, by order of the issuer. */
  readonly holder: HolderIdentity | null;
}

/** Takes a card out of the wallet it is in. */
export const unbindCard = (
  ports: OperationPorts,
  turns: Turns,
  request: UnbindRequest,
): Promise<KeyedResult> => {
  const { holder } = request;
  return orderCard(ports, turns, {
    request,
    order: {
      type: "CardUnbound",
      asked: { wallet: holder?.walletId ?? null },
      step: ({ record, common }) => ({
        command: {
          type: "UnbindCard",
          ...common,
          holder: holder && commitmentOf(ports, holder, record.card.programId),
        },
        walletAfter: () => null,
        leaves: entryOf(record),
      }),
    },
  });
};

export interface TransferRequest extends CardRequest {
  /** Whose wallet it must be in. */
  readonly holder: HolderIdentity;
  readonly to: string;
}

/** Moves a card from one wallet to another. */
export async function transferCard(
  ports: OperationPorts,
  turns: Turns,
  request: TransferRequest,
): Promise<KeyedResult> {
  const { holder } = request;
  const to = await identifyHolder(ports, request.to);
  const { walletId } = to;
  return await orderCard(ports, turns, {
    request,
    order: {
      type: "CardTransferred",
      asked: { wallet: holder.walletId, to: walletId },
      step: ({ record, common }) => ({
        command: {
          type: "TransferCard",
          ...common,
          holder: commitmentOf(ports, holder, record.card.programId),
          to: commitmentOf(ports, to, record.card.programId),
        },
        walletAfter: () => walletId,
        leaves: entryOf(record),
        before: () => ports.store.addWalletCandidate({ walletId, cardId: record.card.cardId }),
      }),
    },
  });
}

/** The card's place in the index of the wallet it is in. */
export const entryOf = ({ card, walletId }: CardRecord): WalletEntry | null =>
  walletId === null ? null : { walletId, cardId: card.cardId };

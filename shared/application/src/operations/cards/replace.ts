import type { CardId } from "@scrip/domain";
import { shardOf } from "@scrip/domain";
import { type BatchVault, PortError, type WalletEntry } from "@scrip/ports";
import { noEffects } from "../../keyed/attempt.ts";
import type { KeyedResult } from "../../keyed/keyed.ts";
import type { OperationPorts } from "../../keyed/ports.ts";
import type { Turns } from "../../keyed/turns.ts";
import { newLotId } from "../lot-id.ts";
import { orderCard, type CardRequest, type OnCard, type Step } from "./order.ts";
import { drawSuccessor, forgetSuccessor, type Drawn } from "./successor-code.ts";
import { entryOf } from "./unbind.ts";

export interface ReplaceRequest extends CardRequest {
  /** When the successor expires; null: never; "SAME": when the card does. */
  readonly expiresAtMs: number | null | "SAME";
}

/** What replacing a card takes beside the ports. */
export interface Replacing {
  readonly ports: OperationPorts;
  /** Keeps what the successor's code is made from. */
  readonly vault: BatchVault;
  readonly turns: Turns;
}

/**
 * Puts a new card in the place of one that was lost, stolen, suspended or has expired. Value, binding and what can be
 * refunded move. Its code is not in the outcome: see `successorCode`.
 */
export async function replaceCard(
  { ports, vault, turns }: Replacing,
  request: ReplaceRequest,
): Promise<KeyedResult> {
  const { opId, expiresAtMs } = request;
  let old: WalletEntry | null = null;
  const result = await orderCard(ports, turns, {
    request,
    order: {
      type: "CardReplaced",
      asked: { expiresAtMs },
      shows: true,
      step: async (on) => {
        old = entryOf(on.record);
        return await stepOf(ports, on, { expiresAtMs, drawn: await drawnFor(ports, vault, on) });
      },
    },
  });
  if (result.kind !== "OUTCOME") return result;
  if (result.outcome.kind === "DECLINED") await forgetSuccessor(ports.hash, vault, opId);
  else if (!result.replayed && old !== null) await dropCandidate(ports, old);
  return result;
}

/** A card with a code gets one with another code; a points lot, which has none, just another id. */
async function drawnFor(ports: OperationPorts, vault: BatchVault, on: OnCard): Promise<Drawn> {
  const { record, shard, common } = on;
  if (record.card.batchId !== null)
    return await drawSuccessor(ports, vault, { opId: common.opId, shard });
  return { cardId: newLotId(ports, shard), keep: () => Promise.resolve() };
}

interface Successor {
  readonly drawn: Drawn;
  readonly expiresAtMs: ReplaceRequest["expiresAtMs"];
}

async function stepOf(
  { store }: OperationPorts,
  { record, common }: OnCard,
  { drawn, expiresAtMs }: Successor,
): Promise<Step> {
  const { walletId, card } = record;
  const { cardId: successorId } = drawn;
  const there = await store.card(successorId);
  return {
    command: {
      type: "ReplaceCard",
      ...common,
      successorId,
      expiresAtMs: expiresAtMs === "SAME" ? card.expiresAtMs : expiresAtMs,
    },
    others: there === undefined ? [] : [there.card],
    walletAfter: ({ cardId }) => (cardId === successorId ? walletId : null),
    leaves: entryOf(record),
    before: () => prepare(store, drawn, { walletId, cardId: successorId }),
  };
}

/** The seed, then the successor's place in the wallet: the index may hold too much, never too little. */
async function prepare(
  store: OperationPorts["store"],
  drawn: Drawn,
  { walletId, cardId }: { readonly walletId: string | null; readonly cardId: CardId },
): Promise<void> {
  await drawn.keep();
  if (walletId !== null) await store.addWalletCandidate({ walletId, cardId });
}

/** A replaced card is never bound again. Its place in the index does no harm either: readers pass over it. */
async function dropCandidate({ store }: OperationPorts, entry: WalletEntry): Promise<void> {
  const shard = shardOf(entry.walletId, store.shards);
  if (shard === shardOf(entry.cardId, store.shards)) return;
  try {
    await store.save({
      ...noEffects,
      shard,
      pointer: null,
      outcome: null,
      walletRemoves: [entry],
    });
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
  }
}

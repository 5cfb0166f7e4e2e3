import type { Card, Consequence } from "@scrip/domain";
import type { CardRecord, Change, Expected, OperationRecord, WalletEntry } from "@scrip/ports";
import { type Effects, noEffects } from "./attempt.ts";
import type { NewEntry } from "./new-entry.ts";

/** How an event's consequence is written: each record expects the version it was decided on. */
export function effectsOf(
  entry: NewEntry,
  consequence: Consequence,
  walletOf: (card: Card) => string | null,
): Effects {
  const { eventId: lastEventId, nonce } = entry;
  const cards = consequence.cards.map((card): Expected<CardRecord> => ({
    record: { card, lastEventId, nonce, walletId: walletOf(card) },
    expectedVersion: card.version - 1,
  }));
  const { operation } = consequence;
  const operations: Expected<OperationRecord>[] =
    operation === null
      ? []
      : [{ record: { operation, lastEventId, nonce }, expectedVersion: operation.version - 1 }];
  const events = [{ eventId: entry.eventId, bytes: entry.bytes }];
  return { ...noEffects, cards, operations, events, ...lotIndex(cards) };
}

/** Whose wallet each card was in when it was loaded, and still is. */
export function walletsOf(records: readonly CardRecord[]): (card: Card) => string | null {
  const wallets = new Map(records.map(({ card, walletId }) => [card.cardId, walletId]));
  return ({ cardId }) => wallets.get(cardId) ?? null;
}

/** A lot with nothing left leaves its wallet's index in the same save; a refund puts it back. */
function lotIndex(
  cards: readonly Expected<CardRecord>[],
): Pick<Change, "walletAdds" | "walletRemoves"> {
  const walletAdds: WalletEntry[] = [];
  const walletRemoves: WalletEntry[] = [];
  for (const { record } of cards) {
    const { card, walletId } = record;
    if (card.batchId !== null || walletId === null) continue;
    (card.balance > 0n ? walletAdds : walletRemoves).push({ walletId, cardId: card.cardId });
  }
  return { walletAdds, walletRemoves };
}

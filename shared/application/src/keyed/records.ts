import type { Card, Consequence } from "@scrip/domain";
import { dueAtMs } from "@scrip/domain";
import type {
  CardRecord,
  Change,
  DueEntry,
  Expected,
  OperationRecord,
  WalletEntry,
} from "@scrip/ports";
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
  const operations = consequence.operations.map((operation): Expected<OperationRecord> => ({
    record: { operation, lastEventId, nonce },
    expectedVersion: operation.version - 1,
  }));
  const events = [{ eventId: entry.eventId, bytes: entry.bytes }];
  const { walletAdds, walletRemoves } = lotIndex(cards);
  const { dueAdds, dueRemoves } = dueIndex(consequence);
  const { operationRemoves, claims } = noEffects;
  const indexes = { walletAdds, walletRemoves, dueAdds, dueRemoves };
  return { cards, operations, operationRemoves, claims, events, ...indexes };
}

/** The effects of one event and then of another, as one save. */
export function together(first: Effects, then: Effects): Effects {
  const before = new Map(first.cards.map((one) => [one.record.card.cardId, one]));
  const later = new Set(then.cards.map(({ record }) => record.card.cardId));
  const cards = [
    ...first.cards.filter(({ record }) => !later.has(record.card.cardId)),
    // A card that both touch is saved once: as it is in the end, if it still is what it was at first.
    ...then.cards.map(({ record, expectedVersion }) => ({
      record,
      expectedVersion: before.get(record.card.cardId)?.expectedVersion ?? expectedVersion,
    })),
  ];
  return {
    cards,
    operations: [...first.operations, ...then.operations],
    operationRemoves: [...first.operationRemoves, ...then.operationRemoves],
    claims: [...first.claims, ...then.claims],
    events: [...first.events, ...then.events],
    walletAdds: [...first.walletAdds, ...then.walletAdds],
    walletRemoves: [...first.walletRemoves, ...then.walletRemoves],
    dueAdds: [...first.dueAdds, ...then.dueAdds],
    dueRemoves: [...first.dueRemoves, ...then.dueRemoves],
  };
}

/** When cards that were born expire, and those that have ended never again; when new operations close. */
function dueIndex({ cards, operations }: Consequence): Pick<Change, "dueAdds" | "dueRemoves"> {
  const dueAdds: DueEntry[] = [];
  const dueRemoves: DueEntry[] = [];
  for (const card of cards) {
    const { cardId: id, expiresAtMs } = card;
    if (expiresAtMs === null) continue;
    const entry: DueEntry = { dueAtMs: expiresAtMs, kind: "CARD", id };
    if (dueAtMs(card) === null) dueRemoves.push(entry);
    else if (card.version === 1) dueAdds.push(entry);
  }
  for (const { opId: id, version, refundableUntilMs } of operations)
    if (version === 1) dueAdds.push({ dueAtMs: refundableUntilMs, kind: "OPERATION", id });
  return { dueAdds, dueRemoves };
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

import { available, shardOf, type Card } from "@scrip/domain";
import {
  formatBatchId,
  formatCardId,
  formatEventId,
  formatOperationId,
  formatTime,
  type CardAnswer,
  type CardState,
  type ListedCard,
} from "@scrip/wire";

export interface ViewedCard {
  readonly state: CardState;
  /** Shows the private half too. */
  readonly whole: boolean;
  /** The last block that the verified copy has. */
  readonly asOf: CardAnswer["asOf"];
  /** Card shards of the chain. */
  readonly shards: number;
}

/** A card as COMMITTED. */
export const cardView = ({ state, whole, asOf, shards }: ViewedCard): CardAnswer => {
  const { card, diverged } = state;
  return {
    cardId: formatCardId(card.cardId),
    programId: card.programId,
    unit: card.unit,
    status: card.standing.status,
    diverged,
    expiresAt: card.expiresAtMs === null ? null : formatTime(card.expiresAtMs),
    version: card.version,
    finality: "COMMITTED",
    asOf,
    balances: whole ? balances(card) : null,
    details: whole ? details(state, shards) : null,
  };
};

/** A card in the list of its batch. */
export const listedCardView = ({ card, diverged }: CardState): ListedCard => ({
  cardId: formatCardId(card.cardId),
  status: card.standing.status,
  diverged,
  version: card.version,
  distributor: card.distributor,
  successor: successorOf(card),
  expiresAt: card.expiresAtMs === null ? null : formatTime(card.expiresAtMs),
  balances: balances(card),
});

const balances = (card: Card) => ({
  balance: Number(card.balance),
  held: Number(card.held),
  available: Number(available(card)),
  unit: card.unit,
});

const successorOf = ({ standing }: Card): string | null =>
  "successor" in standing ? formatCardId(standing.successor) : null;

const details = ({ card, lastEventId }: CardState, shards: number) => ({
  programVersion: card.programVersion,
  batchId: card.batchId === null ? null : formatBatchId(card.batchId),
  faceValue: Number(card.faceValue),
  generatedAt: formatTime(card.generatedAtMs),
  issuer: card.issuer,
  distributor: card.distributor,
  reason: "reason" in card.standing ? card.standing.reason : null,
  successor: successorOf(card),
  bound: card.binding.kind === "BOUND",
  loaded: Number(card.sums.loaded),
  writtenOff: Number(card.sums.writtenOff),
  refunded: Number(card.sums.refunded),
  refundables: card.refundables.map(({ opId, ...one }) => ({
    writeOffId: formatOperationId({
      kind: "wo",
      decisionShard: shardOf(card.cardId, shards),
      opId,
    }),
    acceptor: one.acceptor,
    amount: Number(one.amount),
    refunded: Number(one.refunded),
    refundableUntil: formatTime(one.refundableUntilMs),
  })),
  lastAt: formatTime(card.lastAtMs),
  lastEventId: formatEventId(lastEventId),
});

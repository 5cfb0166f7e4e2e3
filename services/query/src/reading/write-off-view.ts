import {
  shardOf,
  sumOf,
  type CardRefunded,
  type CardWrittenOff,
  type DomainEvent,
  type Program,
} from "@scrip/domain";
import {
  formatCardId,
  formatEventId,
  formatOperationId,
  formatTime,
  type ListedWriteOff,
} from "@scrip/wire";

/** A sale, or what was given back of one. */
export type Sale = CardWrittenOff | CardRefunded;

export const isSale = (event: DomainEvent): event is Sale =>
  event.type === "CardWrittenOff" || event.type === "CardRefunded";

export interface SaleFacts {
  readonly index: number;
  readonly eventId: string;
  /** Card shards of the chain. */
  readonly shards: number;
}

/** A sale or refund in an acceptor's list. */
export function writeOffView(
  event: Sale,
  { unit }: Pick<Program, "unit">,
  { index, eventId, shards }: SaleFacts,
): ListedWriteOff {
  const [first] = event.cards;
  if (first === undefined) throw new Error("a sale without cards is not in the log");
  const refund = event.type === "CardRefunded";
  return {
    type: refund ? "REFUND" : "WRITE_OFF",
    writeOffId: formatOperationId({
      kind: "wo",
      decisionShard: shardOf(first.cardId, shards),
      opId: refund ? event.writeOffId : event.opId,
    }),
    eventId: formatEventId(eventId),
    index,
    amount: Number(sumOf(event.cards)),
    unit,
    programId: event.programId,
    at: formatTime(event.atMs),
    businessAt: formatTime(event.businessAtMs),
    cards: event.cards.map(({ cardId, amount }) => ({
      cardId: formatCardId(cardId),
      amount: Number(amount),
    })),
  };
}

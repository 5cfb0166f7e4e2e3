import type { CardId, CardReconciled, DomainEvent, OpId } from "@scrip/domain";
import type { CardState, OperationState, ShardHead } from "@scrip/wire";

/** An event of a card that the ledger refused. */
export interface RejectedEvent {
  /** Where in the log it stands. */
  readonly index: number;
  readonly event: DomainEvent;
}

/** Cards as the verified copy of the ledger has them. */
export interface LedgerCards {
  card(cardId: CardId): CardState | undefined;
  operation(opId: OpId): OperationState | undefined;
  head(shard: number): ShardHead;
  /** What was refused of a card since the last event of it that was accepted, in the order of the log. */
  rejected(cardId: CardId): readonly RejectedEvent[];
  /** The reconciliation under this event id, if that is what it names. */
  reconciliation(eventId: string): CardReconciled | undefined;
}

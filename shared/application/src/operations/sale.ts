import type { CardId, ParticipantId, ProgramId } from "@scrip/domain";
import type { CardRecord, CardStore, OperationRecord, Outcome } from "@scrip/ports";
import type { OperationRef, WriteOffAnswer } from "@scrip/wire";
import { parseCardId } from "@scrip/wire";
import { cardTurn, walletTurn } from "./tender.ts";

/** Who sold, and from which cards: what a write-off's own outcome says, and what never changes. */
export interface Sale {
  readonly ref: OperationRef;
  readonly outcome: Outcome;
  readonly acceptor: ParticipantId;
  readonly programId: ProgramId;
  readonly cardIds: readonly CardId[];
}

/** Whether a caller may act for the acceptor of a sale, in its program. */
export type MayActFor = (acceptor: ParticipantId, programId: ProgramId) => boolean;

/** The sale that an id names; undefined also for one that is not the caller's: the two are told the same. */
export async function findSale(
  store: CardStore,
  ref: OperationRef,
  mayActFor: MayActFor,
): Promise<Sale | undefined> {
  if (ref.kind !== "wo" || ref.decisionShard >= store.shards) return undefined;
  const outcome = await store.outcome(ref.decisionShard, ref.opId);
  if (outcome?.kind !== "DONE") return undefined;
  const { operation } = JSON.parse(outcome.answer) as Partial<WriteOffAnswer>;
  if (operation?.type !== "WRITE_OFF") return undefined;
  const acceptor = operation.acceptor as ParticipantId;
  const programId = operation.programId as ProgramId;
  if (!mayActFor(acceptor, programId)) return undefined;
  const cardIds = operation.cards.flatMap((part) => parseCardId(part.cardId) ?? []);
  return { ref, outcome, acceptor, programId, cardIds };
}

/** The cards of a sale, and its operation where there is one: what its refunds are judged by. */
export interface SaleState {
  readonly records: readonly CardRecord[];
  readonly operation: OperationRecord | undefined;
}

export async function stateOf(store: CardStore, sale: Sale): Promise<SaleState> {
  const { decisionShard, opId } = sale.ref;
  const records = await store.cards(sale.cardIds);
  const several = sale.cardIds.length > 1;
  return { records, operation: several ? await store.operation(decisionShard, opId) : undefined };
}

/** Whose turn a refund of the sale is: the card's, or the wallet's that the lots lie in. */
export async function turnOfSale(store: CardStore, { cardIds, ref }: Sale): Promise<string> {
  const [first] = cardIds;
  const record = first === undefined ? undefined : await store.card(first);
  if (record === undefined) return `sale ${ref.opId}`;
  const { card, walletId } = record;
  return card.batchId === null && walletId !== null ? walletTurn(walletId) : cardTurn(card.cardId);
}

/** How much of a sale was given back, as its cards know while its refund window is open. */
export type SaleStatus = WriteOffAnswer["operation"]["status"];

/** @see SaleStatus; after the window nothing is kept with the cards, and it is the history that knows. */
export async function saleStatus(store: CardStore, sale: Sale): Promise<SaleStatus> {
  const { records, operation } = await stateOf(store, sale);
  const own = records.flatMap(({ card }) => card.refundables);
  const legs = operation?.operation.legs ?? own.filter(({ opId }) => opId === sale.ref.opId);
  const refunded = legs.reduce((sum, leg) => sum + leg.refunded, 0n);
  const sold = legs.reduce((sum, leg) => sum + leg.amount, 0n);
  if (refunded === 0n) return "COMPLETED";
  return refunded < sold ? "PARTIALLY_REFUNDED" : "REFUNDED";
}

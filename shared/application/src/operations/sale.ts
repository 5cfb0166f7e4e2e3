import type { CardId, ParticipantId, ProgramId } from "@scrip/domain";
import type { CardRecord, CardStore, OperationRecord, Outcome } from "@scrip/ports";
import type { OperationRef, WriteOffAnswer, WriteOffReadAnswer } from "@scrip/wire";
import { parseCardId } from "@scrip/wire";
import { lastSuccessor, withSuccessors } from "./cards/succession.ts";
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

/**
 * The cards of a sale with those that took their place, and its operation where there is one: what its refunds are
 * judged by.
 */
export interface SaleState {
  readonly records: readonly CardRecord[];
  readonly operation: OperationRecord | undefined;
}

export async function stateOf(store: CardStore, sale: Sale): Promise<SaleState> {
  const { decisionShard, opId } = sale.ref;
  const records = await withSuccessors(store, sale.cardIds);
  // Looked for after the cards: what a card gives away from here on shows as a conflict of its version.
  const operation =
    ownOf(sale, records).length > 0 ? undefined : await store.operation(decisionShard, opId);
  return { records, operation };
}

/** What the cards themselves keep of a sale. */
const ownOf = ({ ref }: Sale, records: readonly CardRecord[]) =>
  records.flatMap(({ card }) => card.refundables).filter(({ opId }) => opId === ref.opId);

/** Whether nothing is kept of a sale: its window has closed, or there never was one. */
export const isOver = (sale: Sale, { records, operation }: SaleState): boolean =>
  operation === undefined && ownOf(sale, records).length === 0;

/** Whose turn a refund of the sale is: the card's, or the wallet's that the lots lie in. */
export async function turnOfSale(store: CardStore, { cardIds, ref }: Sale): Promise<string> {
  const [first] = cardIds;
  const record = first === undefined ? undefined : await lastSuccessor(store, first);
  if (record === undefined) return `sale ${ref.opId}`;
  const { card, walletId } = record;
  return card.batchId === null && walletId !== null ? walletTurn(walletId) : cardTurn(card.cardId);
}

/** How much of a sale was given back, and how much still can be. */
export type SaleRefunds = Pick<
  WriteOffReadAnswer["operation"],
  "status" | "refunded" | "refundable"
>;

/**
 * @see SaleRefunds; as the sale's cards or its operation know while its refund window is open. After it nothing can be
 * given back, and once nothing is kept with the cards either, only the history knows what was: `refunded` is null then.
 */
export async function saleRefunds(
  store: CardStore,
  sale: Sale,
  nowMs: number,
): Promise<SaleRefunds> {
  const state = await stateOf(store, sale);
  const own = ownOf(sale, state.records);
  const legs = state.operation?.operation.legs ?? own;
  if (legs.length === 0) return { status: "COMPLETED", refunded: null, refundable: 0 };
  const untilMs = state.operation?.operation.refundableUntilMs ?? own[0]?.refundableUntilMs ?? 0;
  const refunded = legs.reduce((sum, leg) => sum + leg.refunded, 0n);
  const left = legs.reduce((sum, leg) => sum + leg.amount, 0n) - refunded;
  return {
    status: refunded === 0n ? "COMPLETED" : left > 0n ? "PARTIALLY_REFUNDED" : "REFUNDED",
    refunded: Number(refunded),
    refundable: nowMs < untilMs ? Number(left) : 0,
  };
}

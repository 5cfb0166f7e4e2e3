import { type Batch, dueAtMs, type DomainEvent, type Program, shardOf } from "@scrip/domain";
import type { CardRecord, DueEntry, OperationRecord, Outcome, WalletEntry } from "@scrip/ports";
import type { CardState, OperationState } from "@scrip/wire";
import { generationOf } from "../batches/batch-records.ts";
import { batchClaim, participantClaim, programClaim, versionClaim } from "../control/committed.ts";
import { setApart } from "../reconciling/standing.ts";
import type { walletsByCommitment } from "../reconciling/wallets.ts";
import { answerOfEvent } from "./answer-of-event.ts";

/**
 * The store's record of a card that the ledger has. One that waits for an operator waits in the store too. A binding that
 * leads to nobody in the vault is in no wallet.
 */
export async function restoredCard(
  { card, lastEventId, nonce, diverged }: CardState,
  walletOf: ReturnType<typeof walletsByCommitment>,
): Promise<CardRecord> {
  const { binding, programId } = card;
  const walletId = binding.kind === "BOUND" ? await walletOf(programId, binding.holder) : null;
  return { card: diverged ? setApart(card) : card, lastEventId, nonce, walletId };
}

export const restoredOperation = ({
  operation,
  lastEventId,
  nonce,
}: OperationState): OperationRecord => ({ operation, lastEventId, nonce });

/** A bound card is a candidate of its wallet; a lot with nothing left is not. */
export const walletEntryOf = ({ card, walletId }: CardRecord): WalletEntry | null =>
  walletId === null || (card.batchId === null && card.balance === 0n)
    ? null
    : { walletId, cardId: card.cardId };

export function dueOfCard({ card }: CardRecord): DueEntry | null {
  const atMs = dueAtMs(card);
  return atMs === null ? null : { dueAtMs: atMs, kind: "CARD", id: card.cardId };
}

export const dueOfOperation = ({ operation }: OperationRecord): DueEntry => ({
  dueAtMs: operation.refundableUntilMs,
  kind: "OPERATION",
  id: operation.opId,
});

/** The name that an event has taken; null for one that takes none. */
export function claimOf(event: DomainEvent): string | null {
  switch (event.type) {
    case "ProgramCreated":
      return programClaim(event.program.programId);
    case "ProgramChanged":
      return versionClaim(event.program.programId, event.program.version);
    case "BatchCreated":
      return batchClaim(event.batch.batchId);
    case "ParticipantRegistered":
      return participantClaim(event.participant.participantId);
    default:
      return null;
  }
}

/** An event of the ledger, and where its stream has it. */
export interface Placed {
  readonly event: DomainEvent;
  readonly eventId: string;
  readonly shard: number;
  readonly seq: number;
  readonly program: Program | undefined;
}

/** That the operation of an event was done: so a retry finds it done. Null for what nobody asked for with a key. */
export function outcomeOf({ event, eventId, shard, seq, program }: Placed): Outcome | null {
  const { opId, atMs } = event;
  if (opId === null || event.type === "EpochOpened") return null;
  const answer = JSON.stringify(answerOfEvent(event, { shard, unit: program?.unit ?? null }));
  return { opId, kind: "DONE", eventId, atMs, answer, seq };
}

/** That all cards of a batch were made; null while they are not: its generation goes on. */
export const generationOutcome = ({
  batchId,
  count,
  generated,
  createdAtMs,
}: Batch): Outcome | null =>
  generated < count
    ? null
    : {
        opId: generationOf(batchId),
        kind: "DONE",
        eventId: null,
        seq: null,
        atMs: createdAtMs,
        answer: JSON.stringify({ cards: generated }),
      };

/** The shard of a wallet's index entry. */
export const shardOfWallet = ({ walletId }: WalletEntry, shards: number): number =>
  shardOf(walletId, shards);

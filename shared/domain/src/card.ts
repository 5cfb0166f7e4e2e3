import type { Amount, Unit } from "./amount.ts";
import type { BatchId, CardId, HolderCommitment, OpId, ParticipantId, ProgramId } from "./ids.ts";

/** Why a card was suspended, cancelled or adjusted. */
export type Reason =
  | "SUSPICIOUS_ACTIVITY"
  | "CHARGEBACK"
  | "LOST"
  | "STOLEN"
  | "SUPPORT_ISSUE"
  | "ISSUED_IN_ERROR"
  | "PURCHASE_REFUNDED"
  | "COMPLIMENTARY"
  | "REGULATOR_ORDER"
  | "PROGRAM_CLOSED"
  | "LEDGER_REJECTED";

/** Where a card is in its life. A state that knows more has a shape of its own. */
export type Standing =
  | { readonly status: "GENERATED" }
  | { readonly status: "ALLOCATED" }
  | { readonly status: "ACTIVE" }
  | { readonly status: "SUSPENDED"; readonly reason: Reason }
  | { readonly status: "REDEEMED" }
  | { readonly status: "EXPIRED" }
  | { readonly status: "REPLACED"; readonly successor: CardId }
  | { readonly status: "CANCELLED"; readonly reason: Reason };

export type CardStatus = Standing["status"];

/** Whose card it is. The holder is a commitment, salted per holder and program. */
export type Binding =
  { readonly kind: "UNBOUND" } | { readonly kind: "BOUND"; readonly holder: HolderCommitment };

/**
 * What ever happened to a card's value, in minor units (law 1):
 * loaded + adjusted + movedIn = available + held + writtenOff − refunded + expired + cancelled + movedOut.
 */
export interface Sums {
  readonly loaded: Amount;
  /** Signed: corrections may take value away. */
  readonly adjusted: bigint;
  readonly movedIn: Amount;
  readonly movedOut: Amount;
  readonly writtenOff: Amount;
  readonly refunded: Amount;
  readonly expired: Amount;
  readonly cancelled: Amount;
}

/** A write-off of this card alone that can still be refunded. */
export interface Refundable {
  readonly opId: OpId;
  readonly acceptor: ParticipantId;
  readonly amount: Amount;
  readonly refunded: Amount;
  /** The refund window is open while an event's `atMs` is below this. */
  readonly refundableUntilMs: number;
}

/** What a card has spent on one day. */
export interface DailySpend {
  /** Whole days since the epoch, UTC. */
  readonly day: number;
  readonly amount: Amount;
}

/** One card or points lot, as store and ledger both keep it. */
export interface Card {
  readonly cardId: CardId;
  readonly programId: ProgramId;
  /** The program version the card was made under. */
  readonly programVersion: number;
  readonly unit: Unit;
  /** `null` for a points lot. */
  readonly batchId: BatchId | null;
  readonly faceValue: Amount;
  readonly generatedAtMs: number;
  readonly issuer: ParticipantId;
  readonly distributor: ParticipantId | null;
  /** The card is past its expiry when an event's `atMs` is at or above this; `null`: never. */
  readonly expiresAtMs: number | null;
  readonly standing: Standing;
  readonly binding: Binding;
  /** Posted value, open holds included. */
  readonly balance: Amount;
  /** Value reserved by open holds: 0 until holds exist. */
  readonly held: Amount;
  readonly sums: Sums;
  /** Newest last, at most `refundableInlineMax`; older ones are operations. */
  readonly refundables: readonly Refundable[];
  /** Of the last day it was spent on under a program that limits that; else `null`. */
  readonly dailySpend: DailySpend | null;
  /** Number of events that touched the card, from 1, without gaps. */
  readonly version: number;
  /** `atMs` of its last event. */
  readonly lastAtMs: number;
}

/** What may be spent now. */
export const available = (card: Card): Amount => (card.balance - card.held) as Amount;

/**
 * A refundable write-off that no card keeps: one over several lots, which carry only sums, or one that its card has no
 * room for any more.
 */
export interface Operation {
  readonly opId: OpId;
  readonly programId: ProgramId;
  readonly unit: Unit;
  readonly acceptor: ParticipantId;
  readonly refundableUntilMs: number;
  /** In the order drawn. */
  readonly legs: readonly Leg[];
  /** Number of events that touched the operation, from 1. */
  readonly version: number;
}

export interface Leg {
  readonly cardId: CardId;
  readonly amount: Amount;
  readonly refunded: Amount;
}

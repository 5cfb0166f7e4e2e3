import type { BatchId, ParticipantId, ProgramId } from "./ids.ts";
import type { Amount, Unit } from "./amount.ts";

/** `GIFT_CARD`: cards with codes, made in batches. `POINTS`: lots granted to wallets, no codes. */
export type ProgramKind = "GIFT_CARD" | "POINTS";

/** What a new version of a program may change. `null`: no such limit. */
export interface ProgramTerms {
  /** Days after a write-off in which it may be refunded; 0: never. */
  readonly refundWindowDays: number;
  /** Whether a public verification may show the balance. */
  readonly showBalance: boolean;
  /** Whether the code alone spends a card that is bound to a holder. */
  readonly spendByCodeWhenBound: boolean;
  /** Largest balance that a load, an adjustment, a grant or a batch's face value may lead to. Refunds always fit. */
  readonly balanceMax: Amount | null;
  /** Largest single write-off. */
  readonly spendMax: Amount | null;
  /** Largest sum of one card's write-offs in a day (UTC); for cards with codes only: a points lot has no days. */
  readonly dailySpendMax: Amount | null;
  /** Who may take the cards, in ascending order; `null`: anyone registered. */
  readonly acceptors: readonly ParticipantId[] | null;
  /** How many days before its event a write-off, refund or grant may be dated for business. */
  readonly backdatingDaysMax: number;
}

/** Limits of a program whose issuer sets none. */
export const defaultLimits = {
  spendByCodeWhenBound: false,
  balanceMax: null,
  spendMax: null,
  dailySpendMax: null,
  acceptors: null,
  backdatingDaysMax: 31,
} as const satisfies Partial<ProgramTerms>;

/** One version of a program: the terms that its cards are decided under. */
export interface Program extends ProgramTerms {
  readonly programId: ProgramId;
  /** From 1, without gaps. */
  readonly version: number;
  readonly kind: ProgramKind;
  readonly unit: Unit;
  readonly issuer: ParticipantId;
  /** From when this version rules, milliseconds since the epoch. */
  readonly effectiveFromMs: number;
}

/** A batch of cards: never more cards than `count`, all of one face value. */
export interface Batch {
  readonly batchId: BatchId;
  readonly programId: ProgramId;
  readonly programVersion: number;
  readonly issuer: ParticipantId;
  readonly count: number;
  readonly faceValue: Amount;
  readonly expiresAtMs: number | null;
  readonly createdAtMs: number;
  /** Cards generated so far. */
  readonly generated: number;
}

/** An organisation that issues, distributes, accepts, regulates or operates. */
export interface Participant {
  readonly participantId: ParticipantId;
  readonly registeredAtMs: number;
}

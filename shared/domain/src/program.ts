import type { BatchId, ParticipantId, ProgramId } from "./ids.ts";
import type { Amount, Unit } from "./amount.ts";

/** `GIFT_CARD`: cards with codes, made in batches. `POINTS`: lots granted to wallets, no codes. */
export type ProgramKind = "GIFT_CARD" | "POINTS";

/** One version of a program: the terms that its cards are decided under. */
export interface Program {
  readonly programId: ProgramId;
  /** From 1, without gaps. */
  readonly version: number;
  readonly kind: ProgramKind;
  readonly unit: Unit;
  readonly issuer: ParticipantId;
  /** Days after a write-off in which it may be refunded; 0: never. */
  readonly refundWindowDays: number;
  /** Whether a public verification may show the balance. */
  readonly showBalance: boolean;
  /** Whether the code alone spends a card that is bound to a holder. */
  readonly spendByCodeWhenBound: boolean;
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

import type { EventType } from "@scrip/domain";
import type { Entry, RejectionReason } from "../entries.ts";

/*
 * Every number an entry is written with. They are part of the format: a number once used is never given to another
 * meaning, and the comments keep those reserved for later.
 */

/** Key of the kind in every entry's map. */
export const kindKey = 0;

export const kindNumbers = {
  genesis: 0,
  batch: 1,
  event: 2,
  rejection: 3,
  seal: 4,
} as const satisfies Record<Entry["kind"], number>;

/** Pairs of an event, the same for all types; pairs that say nothing are left out. */
export const eventKeys = {
  type: 1,
  /** Card events: [[card id, version], …]. Control events: the batch, participant or card; a program stands in 9 and 10. */
  subjects: 2,
  /** Map of `bodyKeys`. */
  body: 3,
  atMs: 4,
  businessAtMs: 5,
  actor: 6,
  acceptor: 7,
  issuer: 8,
  programId: 9,
  programVersion: 10,
  opId: 11,
  nonce: 12,
  partySignatures: 13,
} as const;

/** 1–31 card shards (first those that every card sees), 32–63 control stream. */
export const eventNumbers: Readonly<Record<EventType, number>> = {
  CardsGenerated: 1,
  CardsAcquired: 2,
  CardsDistributed: 3,
  CardBound: 4,
  PointsGranted: 5,
  CardWrittenOff: 6,
  CardRefunded: 7,
  CardLoaded: 8,
  CardAdjusted: 9,
  CardSuspended: 10,
  CardResumed: 11,
  CardsExpired: 12,
  CardReplaced: 13,
  CardCancelled: 14,
  CardUnbound: 15,
  CardTransferred: 16,
  OperationsClosed: 17,
  // Reserved: 18 ReversalRecorded, 19 WriteOffReversed, 20 HoldAuthorized, 21 HoldCaptured, 22 HoldVoided,
  // 23 HoldExtended, 24 HoldExpired, 25 HoldReversed.
  ProgramCreated: 32,
  BatchCreated: 33,
  ParticipantRegistered: 34,
  ProgramChanged: 35,
  CardReconciled: 36,
  EpochOpened: 37,
  // Reserved: 38 KeysChanged, 39 ValidatorsChanged, 40 ProtocolChanged, 41 SettlementClosed.
};

/** Pairs of an event's body, one set of numbers for all types. */
export const bodyKeys = {
  /** [[amount, balance, held], …] parallel to the subjects; bulk events: one such triple for all. */
  after: 1,
  batchId: 2,
  distributor: 3,
  holder: 4,
  unit: 5,
  faceValue: 6,
  expiresAtMs: 7,
  writeOffId: 8,
  count: 9,
  programKind: 10,
  refundWindowDays: 11,
  showBalance: 12,
  spendByCodeWhenBound: 13,
  effectiveFromMs: 14,
  reason: 15,
  // Reserved: 17 hold, 18 leg, 19 decision shard.
  operations: 20,
  state: 21,
  // Reserved: 22 keys, 23 validators, 24 protocol.
  epoch: 25,
  direction: 26,
  passed: 27,
  shard: 28,
  fromSeq: 29,
  chain: 30,
  balanceMax: 31,
  spendMax: 32,
  dailySpendMax: 33,
  acceptors: 34,
  backdatingDaysMax: 35,
} as const;

export const directionNumbers = { CREDIT: 1, DEBIT: 2 } as const;

export const programKindNumbers = { GIFT_CARD: 1, POINTS: 2 } as const;

/** Why a rejection. The first number of a block of ten begins a family; gaps are free. */
export const rejectionNumbers: Readonly<Record<RejectionReason, number>> = {
  ENTRY_MALFORMED: 1,
  CARD_DIVERGED: 2,
  WRONG_SHARD: 3,
  TIME_AHEAD_OF_BLOCK: 4,
  VERSION_GAP: 5,
  TIME_WENT_BACK: 6,
  AFTER_AMOUNTS_WRONG: 7,
  NOT_DUE: 8,
  SIGNATURE_MISSING: 9,
  CARD_NOT_DIVERGED: 10,
  RECONCILIATION_WRONG: 11,
  EPOCH_WRONG: 12,
  CARD_NOT_FOUND: 20,
  CARD_ALREADY_EXISTS: 21,
  CARD_NOT_ACTIVE: 22,
  CARD_EXPIRED: 23,
  CARD_SUSPENDED: 24,
  CARD_CANCELLED: 25,
  CARD_REPLACED: 26,
  CARD_ALREADY_BOUND: 27,
  CARD_NOT_BOUND: 28,
  CARD_BOUND_TO_OTHER: 29,
  CARD_STEP_TAKEN: 30,
  CARD_HELD: 31,
  REASON_NOT_ALLOWED: 32,
  AMOUNT_INVALID: 40,
  UNIT_MISMATCH: 41,
  BALANCE_INSUFFICIENT: 42,
  BALANCE_EXCEEDS_LIMIT: 43,
  LIMIT_EXCEEDED: 44,
  WRITE_OFF_NOT_FOUND: 50,
  REFUND_EXCEEDS_CAPTURE: 51,
  REFUND_WINDOW_CLOSED: 52,
  // Reserved: 53, once used for a card without room for another refundable write-off.
  OPERATION_ALREADY_EXISTS: 54,
  ACCEPTOR_NOT_ALLOWED: 60,
  DISTRIBUTOR_NOT_ALLOWED: 61,
  PARTICIPANT_ALREADY_EXISTS: 62,
  PARTICIPANT_NOT_FOUND: 63,
  PROGRAM_NOT_FOUND: 70,
  PROGRAM_ALREADY_EXISTS: 71,
  PROGRAM_KIND_MISMATCH: 72,
  PROGRAM_VERSION_WRONG: 73,
  BATCH_NOT_FOUND: 80,
  BATCH_ALREADY_EXISTS: 81,
  BATCH_COUNT_EXCEEDED: 82,
  BATCH_MISMATCH: 83,
};

import type { Amount, Unit } from "./amount.ts";
import type { CardStatus, Reason } from "./card.ts";

/** A named limit that was reached: a term of the program, or one of `limits.ts`. */
export type LimitName =
  | "spendMax"
  | "dailySpendMax"
  | "backdatingDaysMax"
  | "businessAt"
  | "refundWindowDaysMax"
  | "acceptorsPerProgramMax"
  | "batchCardsMax"
  | "bulkCardsPerEventMax"
  | "lotsPerWriteOffMax"
  | "operationsPerEventMax"
  | "passedCardsMax"
  | "programVersionMax"
  | "timeMaxMs";

/** Why the rules say no: a closed set of codes, some with what the caller needs to go on. */
export type Refusal =
  | { readonly code: "CARD_NOT_FOUND" }
  | { readonly code: "CARD_ALREADY_EXISTS" }
  | { readonly code: "CARD_NOT_ACTIVE"; readonly cardStatus: CardStatus }
  // The card has this step behind it: acquire of an allocated card, distribute of an active one.
  | { readonly code: "CARD_STEP_TAKEN"; readonly cardStatus: CardStatus }
  | { readonly code: "CARD_EXPIRED" }
  | { readonly code: "CARD_SUSPENDED"; readonly reason: Reason }
  | { readonly code: "CARD_CANCELLED" }
  | { readonly code: "CARD_REPLACED" }
  // Something that needs all of the card while a hold is open on it.
  | { readonly code: "CARD_HELD" }
  // LEDGER_REJECTED, which nobody may give as a reason.
  | { readonly code: "REASON_NOT_ALLOWED" }
  | { readonly code: "CARD_ALREADY_BOUND" }
  | { readonly code: "CARD_NOT_BOUND" }
  | { readonly code: "CARD_BOUND_TO_OTHER" }
  | { readonly code: "AMOUNT_INVALID" }
  | { readonly code: "UNIT_MISMATCH"; readonly unit: Unit }
  | { readonly code: "BALANCE_INSUFFICIENT"; readonly available: Amount }
  // What the program lets a card hold, or the largest amount there is: for a balance, and for each sum of a card's life.
  | {
      readonly code: "BALANCE_EXCEEDS_LIMIT";
      readonly limit: "balanceMax" | "amountMax";
      readonly max: Amount;
    }
  | { readonly code: "WRITE_OFF_NOT_FOUND" }
  | { readonly code: "REFUND_EXCEEDS_CAPTURE"; readonly refundable: Amount }
  | { readonly code: "REFUND_WINDOW_CLOSED" }
  | { readonly code: "ACCEPTOR_NOT_ALLOWED" }
  | { readonly code: "DISTRIBUTOR_NOT_ALLOWED" }
  | { readonly code: "PROGRAM_NOT_FOUND" }
  | { readonly code: "PROGRAM_ALREADY_EXISTS" }
  | { readonly code: "PROGRAM_KIND_MISMATCH" }
  | { readonly code: "PROGRAM_VERSION_WRONG" }
  | { readonly code: "BATCH_NOT_FOUND" }
  | { readonly code: "BATCH_ALREADY_EXISTS" }
  | { readonly code: "BATCH_COUNT_EXCEEDED" }
  | { readonly code: "BATCH_MISMATCH" }
  | { readonly code: "PARTICIPANT_ALREADY_EXISTS" }
  // `max` where the limit is an amount that the program sets.
  | { readonly code: "LIMIT_EXCEEDED"; readonly limit: LimitName; readonly max?: Amount }
  // The following cannot come from an honest `decide`; the ledger answers them to an event that lies.
  | { readonly code: "VERSION_GAP" }
  | { readonly code: "TIME_WENT_BACK" }
  | { readonly code: "AFTER_AMOUNTS_WRONG" }
  | { readonly code: "OPERATION_ALREADY_EXISTS" }
  // An expiry or a closing before its time.
  | { readonly code: "NOT_DUE" }
  | { readonly code: "RECONCILIATION_WRONG" }
  | { readonly code: "EPOCH_WRONG" };

export type RefusalCode = Refusal["code"];

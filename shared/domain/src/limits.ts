/** Named limits of the domain. Every one has its unit last or in its comment. */

/** Largest amount, in minor units: the largest integer that JSON carries exactly (2^53−1). */
export const amountMax = 9_007_199_254_740_991n;

/** Cards named by one bulk event. A full bulk event fits a ledger entry (asserted in `wire`). */
export const bulkCardsPerEventMax = 500;

/** Cards of one batch. */
export const batchCardsMax = 10_000_000;

/** Refundable write-offs a card keeps itself. */
export const refundableInlineMax = 16;

/** Lots that one wallet write-off may draw from. */
export const lotsPerWriteOffMax = 256;

/** Tenders of one basket; more than one comes with split tender. */
export const tendersPerBasketMax = 1;

/** Characters of a program or participant id. */
export const nameCharsMax = 64;

/** How long before it rules a changed program is on the ledger at least, milliseconds. */
export const programLeadMs = 10_000;

/** Longest refund window of a program, in days (ten years). */
export const refundWindowDaysMax = 3_660;

/** Furthest that a program may let business be dated back, in days (ten years). */
export const backdatingDaysMaxMax = 3_660;

/** Acceptors that a program may name. */
export const acceptorsPerProgramMax = 500;

/** Operations that one event closes. */
export const operationsPerEventMax = 500;

/** Replaced cards that the credits of one refund pass through on their way to the successors. */
export const passedCardsMax = 512;

/** Operations that one reconciliation sets. */
export const reconciledOperationsMax = 64;

/** Versions of one program: its number is four bytes of a leaf's id on the ledger. */
export const programVersionMax = 4_294_967_295;

export const dayMs = 86_400_000;

/** Largest time, milliseconds since the epoch: the last that RFC 3339 can write (end of the year 9999). */
export const timeMaxMs = 253_402_300_799_999;

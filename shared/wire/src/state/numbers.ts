import type { CardStatus, Reason } from "@scrip/domain";
import type { KeyLeaf } from "../states.ts";

/*
 * Numbers of words in map leaves. The numbers of a leaf's pairs stand in its codec. All are part of the format: one
 * once used is never given to another meaning.
 */

export const statusNumbers: Readonly<Record<CardStatus, number>> = {
  GENERATED: 1,
  ALLOCATED: 2,
  ACTIVE: 3,
  SUSPENDED: 4,
  REDEEMED: 5,
  EXPIRED: 6,
  REPLACED: 7,
  CANCELLED: 8,
};

export const reasonNumbers: Readonly<Record<Reason, number>> = {
  SUSPICIOUS_ACTIVITY: 1,
  CHARGEBACK: 2,
  LOST: 3,
  STOLEN: 4,
  SUPPORT_ISSUE: 5,
  ISSUED_IN_ERROR: 6,
  PURCHASE_REFUNDED: 7,
  COMPLIMENTARY: 8,
  REGULATOR_ORDER: 9,
  PROGRAM_CLOSED: 10,
  LEDGER_REJECTED: 11,
};

export const roleNumbers: Readonly<Record<KeyLeaf["role"], number>> = {
  WRITER: 1,
  OPERATOR: 2,
  RECEIPT: 3,
};

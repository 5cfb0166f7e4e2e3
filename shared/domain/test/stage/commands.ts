import {
  amount,
  defaultLimits,
  zero,
  type AcquireCards,
  type AdjustCard,
  type BindCard,
  type CancelCard,
  type ChangeProgram,
  type CreateBatch,
  type CreateProgram,
  type DistributeCards,
  type GenerateCards,
  type GrantPoints,
  type LoadCard,
  type Refund,
  type RegisterParticipant,
  type ReplaceCard,
  type ResumeCard,
  type SuspendCard,
  type TransferCard,
  type UnbindCard,
  type WriteOff,
} from "../../src/index.ts";
import { acme, batchNo, cardNo, gold, kiosk, mia, north, opNo, shop, t0, tom } from "./fixtures.ts";

/** Commands with sensible contents; tests override what they are about. */
const common = { nowMs: t0 + 1000, actor: acme, opId: opNo(1) };

export const createProgram = (change: Partial<CreateProgram> = {}): CreateProgram => ({
  type: "CreateProgram",
  ...common,
  programId: gold.programId,
  kind: "GIFT_CARD",
  unit: gold.unit,
  issuer: acme,
  refundWindowDays: 90,
  showBalance: false,
  ...defaultLimits,
  backdatingDaysMax: 3_660,
  ...change,
});

export const createBatch = (change: Partial<CreateBatch> = {}): CreateBatch => ({
  type: "CreateBatch",
  ...common,
  batchId: batchNo(1),
  count: 1000,
  faceValue: amount(100),
  expiresAtMs: null,
  ...change,
});

export const registerParticipant = (
  change: Partial<RegisterParticipant> = {},
): RegisterParticipant => ({
  type: "RegisterParticipant",
  ...common,
  participantId: kiosk,
  ...change,
});

export const generate = (...ns: number[]): GenerateCards => ({
  type: "GenerateCards",
  ...common,
  cardIds: ns.map(cardNo),
});

export const acquire = (change: Partial<AcquireCards> = {}): AcquireCards => ({
  type: "AcquireCards",
  ...common,
  distributor: north,
  ...change,
});

export const distribute = (change: Partial<DistributeCards> = {}): DistributeCards => ({
  type: "DistributeCards",
  ...common,
  distributor: north,
  ...change,
});

export const bind = (change: Partial<BindCard> = {}): BindCard => ({
  type: "BindCard",
  ...common,
  holder: mia,
  ...change,
});

export const grant = (value: number, change: Partial<GrantPoints> = {}): GrantPoints => ({
  type: "GrantPoints",
  ...common,
  lotId: cardNo(1),
  holder: mia,
  amount: amount(value),
  expiresAtMs: null,
  acceptor: shop,
  businessAtMs: t0,
  ...change,
});

/** A sale by code. */
export const writeOff = (value: number, change: Partial<WriteOff> = {}): WriteOff => ({
  type: "WriteOff",
  ...common,
  tender: { kind: "CODE" },
  unit: null,
  amount: amount(value),
  allowPartial: false,
  minimumAvailable: zero,
  acceptor: shop,
  businessAtMs: t0,
  ...change,
});

/** A sale from mia's wallet. */
export const walletWriteOff = (value: number, change: Partial<WriteOff> = {}): WriteOff =>
  writeOff(value, { tender: { kind: "WALLET", holder: mia }, ...change });

/** A refund of the write-off under `opNo(1)`. */
export const refund = (value: number, change: Partial<Refund> = {}): Refund => ({
  type: "Refund",
  ...common,
  opId: opNo(2),
  writeOffId: opNo(1),
  amount: amount(value),
  acceptor: shop,
  businessAtMs: t0,
  ...change,
});

export const changeProgram = (change: Partial<ChangeProgram> = {}): ChangeProgram => ({
  type: "ChangeProgram",
  ...common,
  refundWindowDays: 90,
  showBalance: false,
  ...defaultLimits,
  backdatingDaysMax: 3_660,
  effectiveFromMs: null,
  ...change,
});

export const load = (value: number, change: Partial<LoadCard> = {}): LoadCard => ({
  type: "LoadCard",
  ...common,
  opId: opNo(3),
  amount: amount(value),
  ...change,
});

export const adjust = (value: number, change: Partial<AdjustCard> = {}): AdjustCard => ({
  type: "AdjustCard",
  ...common,
  opId: opNo(3),
  amount: amount(value),
  direction: "CREDIT",
  reason: "COMPLIMENTARY",
  ...change,
});

export const suspend = (change: Partial<SuspendCard> = {}): SuspendCard => ({
  type: "SuspendCard",
  ...common,
  opId: opNo(3),
  reason: "LOST",
  ...change,
});

export const resume = (change: Partial<ResumeCard> = {}): ResumeCard => ({
  type: "ResumeCard",
  ...common,
  opId: opNo(3),
  ...change,
});

export const cancel = (change: Partial<CancelCard> = {}): CancelCard => ({
  type: "CancelCard",
  ...common,
  opId: opNo(3),
  reason: "CHARGEBACK",
  ...change,
});

/** A replacement by card 0x700, which does not exist. */
export const replace = (change: Partial<ReplaceCard> = {}): ReplaceCard => ({
  type: "ReplaceCard",
  ...common,
  opId: opNo(3),
  successorId: cardNo(0x700),
  expiresAtMs: null,
  ...change,
});

/** mia takes the card out of her wallet. */
export const unbind = (change: Partial<UnbindCard> = {}): UnbindCard => ({
  type: "UnbindCard",
  ...common,
  opId: opNo(3),
  holder: mia,
  ...change,
});

/** mia gives the card to tom. */
export const transfer = (change: Partial<TransferCard> = {}): TransferCard => ({
  type: "TransferCard",
  ...common,
  opId: opNo(3),
  holder: mia,
  to: tom,
  ...change,
});

import {
  amount,
  defaultLimits,
  zero,
  type AcquireCards,
  type BindCard,
  type CreateBatch,
  type CreateProgram,
  type DistributeCards,
  type GenerateCards,
  type GrantPoints,
  type Refund,
  type RegisterParticipant,
  type WriteOff,
} from "../../src/index.ts";
import { acme, batchNo, cardNo, gold, kiosk, mia, north, opNo, shop, t0 } from "./fixtures.ts";

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

import {
  amount,
  defaultLimits,
  batchId,
  cardId,
  holderCommitment,
  opId,
  participantId,
  programId,
  unit,
  zero,
  type Batch,
  type Card,
  type CardId,
  type Program,
  type Sums,
} from "../../src/index.ts";

/** Named things that tests talk about. Times count from `t0`, amounts are minor units. */
export const t0 = 1_800_000_000_000;
export const dayMs = 86_400_000;

const hex = (n: number, bytes: number) => n.toString(16).padStart(bytes * 2, "0");
/** Card number n, in shard 0. */
export const cardNo = (n: number): CardId => cardId(hex(n, 20));
export const opNo = (n: number) => opId(hex(n, 32));
export const batchNo = (n: number) => batchId(hex(n, 16));

export const acme = participantId("acme");
export const north = participantId("north");
export const south = participantId("south");
export const shop = participantId("shop");
export const kiosk = participantId("kiosk");
export const mia = holderCommitment(hex(0xa1, 32));
export const tom = holderCommitment(hex(0xb2, 32));

export const gold: Program = {
  programId: programId("gold"),
  version: 1,
  kind: "GIFT_CARD",
  unit: unit("CNY"),
  issuer: acme,
  refundWindowDays: 90,
  showBalance: false,
  ...defaultLimits,
  backdatingDaysMax: 3_660,
  effectiveFromMs: t0,
};

export const points: Program = {
  ...gold,
  programId: programId("points"),
  kind: "POINTS",
  unit: unit("PTS"),
};

export const batch: Batch = {
  batchId: batchNo(1),
  programId: gold.programId,
  programVersion: 1,
  issuer: acme,
  count: 1000,
  faceValue: amount(100),
  expiresAtMs: null,
  createdAtMs: t0,
  generated: 0,
};

export const noSums: Sums = {
  loaded: zero,
  adjusted: 0n,
  movedIn: zero,
  movedOut: zero,
  writtenOff: zero,
  refunded: zero,
  expired: zero,
  cancelled: zero,
};

/** A gift card with a balance of 100 of 100; override what matters. */
export const giftCard = (n: number, change: Partial<Card> = {}): Card => ({
  cardId: cardNo(n),
  programId: gold.programId,
  programVersion: 1,
  unit: gold.unit,
  batchId: batch.batchId,
  faceValue: amount(100),
  generatedAtMs: t0,
  issuer: acme,
  distributor: north,
  expiresAtMs: null,
  standing: { status: "ACTIVE" },
  binding: { kind: "UNBOUND" },
  balance: amount(100),
  held: zero,
  sums: { ...noSums, loaded: amount(100) },
  refundables: [],
  dailySpend: null,
  version: 2,
  lastAtMs: t0,
  ...change,
});

/** A gift card as it leaves generation. */
export const generated = (n: number, change: Partial<Card> = {}): Card =>
  giftCard(n, {
    standing: { status: "GENERATED" },
    distributor: null,
    balance: zero,
    sums: noSums,
    version: 1,
    ...change,
  });

/** A points lot of mia's with so many points. */
export const lot = (n: number, value: number, change: Partial<Card> = {}): Card =>
  giftCard(n, {
    programId: points.programId,
    unit: points.unit,
    batchId: null,
    faceValue: amount(value),
    distributor: null,
    binding: { kind: "BOUND", holder: mia },
    balance: amount(value),
    sums: { ...noSums, loaded: amount(value) },
    version: 1,
    ...change,
  });

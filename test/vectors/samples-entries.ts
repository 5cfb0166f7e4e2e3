import {
  amount,
  batchId,
  cardId,
  holderCommitment,
  opId,
  participantId,
  programId,
  unit,
  type Batch,
  type Card,
  type Effect,
  type EventType,
  type Program,
  type Totals,
} from "@scrip/domain";
import { administration } from "./samples-administration.ts";
import type { CardState, Entry, EventEntry, Leaves, OperationState } from "@scrip/wire";

/* One entry of every kind and event type, one leaf of every kind, all made from counters. */

/** Bytes that count up from `from`, as hex. */
const hexFrom = (from: number, bytes: number): string =>
  Array.from({ length: bytes }, (_, i) => ((from + i) & 255).toString(16).padStart(2, "0")).join("");

const bornMs = 1_767_225_600_000;
const nonce = hexFrom(0xc0, 16);
const eventId = hexFrom(0xe0, 32);
const card = (n: number) => cardId(hexFrom(n, 20));
const op = opId(hexFrom(0x40, 32));
const gold = programId("gold");
const points = programId("points");
const acme = participantId("acme");
const north = participantId("north");
const store = participantId("store-330");
const cny = unit("CNY");
const pts = unit("PTS");
const batch = batchId(hexFrom(0x80, 16));
const holder = holderCommitment(hexFrom(0x20, 32));

const common = { atMs: bornMs + 1, actor: acme, opId: op };
const ofGold = { ...common, programId: gold, programVersion: 1 };
const ofPoints = { ...common, programId: points, programVersion: 2 };
const effect = (n: number, moved: number, left: number): Effect => ({
  cardId: card(n),
  version: n,
  amount: amount(moved),
  balance: amount(left),
  held: amount(0),
});

const program: Program = {
  programId: gold,
  version: 1,
  kind: "GIFT_CARD",
  unit: cny,
  issuer: acme,
  refundWindowDays: 90,
  showBalance: false,
  spendByCodeWhenBound: true,
  balanceMax: amount(50_000),
  spendMax: null,
  dailySpendMax: amount(20_000),
  acceptors: [store],
  backdatingDaysMax: 31,
  effectiveFromMs: common.atMs,
};
const goldBatch: Batch = {
  batchId: batch,
  programId: gold,
  programVersion: 1,
  issuer: acme,
  count: 1_000,
  faceValue: amount(10_000),
  expiresAtMs: 1_830_297_600_000,
  createdAtMs: common.atMs,
  generated: 0,
};
const bulk = {
  ...ofGold,
  batchId: batch,
  cards: [1, 2, 3].map((n) => ({ cardId: card(n), version: 1 })),
  each: { amount: amount(0), balance: amount(0), held: amount(0) },
};

const event = (event: EventEntry["event"]): EventEntry => ({
  kind: "event",
  event,
  nonce,
  partySignatures: [],
});

const refund = event({
  type: "CardRefunded",
  ...ofPoints,
  writeOffId: opId(hexFrom(0x50, 32)),
  cards: [effect(9, 20, 20), effect(7, 5, 42)],
  passed: [card(3)],
  acceptor: store,
  businessAtMs: bornMs,
});
const signedRefund: EventEntry = {
  ...refund,
  partySignatures: [
    { participantId: store, algorithm: "ed25519", keyId: "01020304", signature: hexFrom(0, 64) },
  ],
};

const plainCard: Card = {
  cardId: card(5),
  programId: gold,
  programVersion: 1,
  unit: cny,
  batchId: batch,
  faceValue: amount(10_000),
  generatedAtMs: bornMs,
  issuer: acme,
  distributor: null,
  expiresAtMs: null,
  standing: { status: "GENERATED" },
  binding: { kind: "UNBOUND" },
  balance: amount(0),
  held: amount(0),
  sums: {
    loaded: amount(0),
    adjusted: 0n,
    movedIn: amount(0),
    movedOut: amount(0),
    writtenOff: amount(0),
    refunded: amount(0),
    expired: amount(0),
    cancelled: amount(0),
  },
  refundables: [],
  dailySpend: null,
  version: 1,
  lastAtMs: bornMs,
};
const usedCard: Card = {
  ...plainCard,
  distributor: north,
  expiresAtMs: 1_830_297_600_000,
  standing: { status: "ACTIVE" },
  binding: { kind: "BOUND", holder },
  balance: amount(7_901),
  sums: {
    ...plainCard.sums,
    loaded: amount(10_000),
    adjusted: -5n,
    writtenOff: amount(2_599),
    refunded: amount(505),
  },
  refundables: [
    {
      opId: op,
      acceptor: store,
      amount: amount(2_599),
      refunded: amount(505),
      refundableUntilMs: bornMs + 90 * 86_400_000,
    },
  ],
  dailySpend: { day: 19_675, amount: amount(2_599) },
  version: 6,
};
const state = (card: Card, diverged = false): CardState => ({ card, lastEventId: eventId, nonce, diverged });
const operation: OperationState = {
  operation: {
    opId: op,
    programId: points,
    unit: pts,
    acceptor: store,
    refundableUntilMs: bornMs + 86_400_000,
    legs: [
      { cardId: card(7), amount: amount(30), refunded: amount(0) },
      { cardId: card(9), amount: amount(20), refunded: amount(20) },
    ],
    version: 2,
  },
  lastEventId: eventId,
  nonce,
  diverged: false,
};

const events: readonly (readonly [EventType, EventEntry])[] = [
  ["ProgramCreated", event({ type: "ProgramCreated", ...common, program })],
  ["BatchCreated", event({ type: "BatchCreated", ...ofGold, batch: goldBatch })],
  [
    "ParticipantRegistered",
    event({
      type: "ParticipantRegistered",
      ...common,
      participant: { participantId: north, registeredAtMs: common.atMs },
    }),
  ],
  [
    "CardsGenerated",
    event({
      type: "CardsGenerated",
      ...bulk,
      issuer: acme,
      unit: cny,
      faceValue: amount(10_000),
      expiresAtMs: 1_830_297_600_000,
    }),
  ],
  ["CardsAcquired", event({ type: "CardsAcquired", ...bulk, distributor: north })],
  [
    "CardsDistributed",
    event({
      type: "CardsDistributed",
      ...bulk,
      each: { amount: amount(10_000), balance: amount(10_000), held: amount(0) },
      distributor: north,
    }),
  ],
  ["CardBound", event({ type: "CardBound", ...ofGold, card: effect(4, 0, 10_000), holder })],
  [
    "PointsGranted",
    event({
      type: "PointsGranted",
      ...ofPoints,
      lot: effect(1, 42, 42),
      issuer: acme,
      unit: pts,
      holder,
      expiresAtMs: null,
      acceptor: store,
      businessAtMs: 1_483_271_606_000,
    }),
  ],
  [
    "CardWrittenOff",
    event({
      type: "CardWrittenOff",
      ...ofGold,
      cards: [effect(5, 2_599, 7_401)],
      acceptor: store,
      businessAtMs: common.atMs,
    }),
  ],
  ["CardRefunded", refund],
  ...administration({ common, ofGold, effect, holder, program, usedCard, operation: operation.operation }).map(
    (each) => [each.type, event(each)] as const,
  ),
];


const totals: Totals = {
  loaded: 10_000_000n,
  adjusted: -5n,
  movedIn: 0n,
  movedOut: 0n,
  available: 9_997_896n,
  held: 0n,
  writtenOff: 2_599n,
  refunded: 500n,
  expired: 0n,
  cancelled: 0n,
};
const key = (name: string, from: number) => ({ name, publicKey: hexFrom(from, 32) });
const validators = [0, 1, 2, 3].map((n) => key(`scrip.example/v${n}`, n));
const header = { shard: 3, epoch: 1, fromSeq: 70_000, chainBefore: hexFrom(0x10, 32), count: 2 };

/** Every entry kind and event type, by name. */
export const entries: readonly (readonly [string, Entry])[] = [
  [
    "genesis",
    {
      kind: "genesis",
      chainId: "scrip.example/main",
      shards: 16,
      cryptoSuite: "sha256-ed25519",
      protocolVersion: 1,
      timeMs: bornMs,
      validators,
      quorum: 3,
      writers: [key("writer-0", 0x30)],
      operators: [key("operator-0", 0x31)],
      receipts: [],
      skewMaxMs: 5_000,
    },
  ],
  ["batch", { kind: "batch", ...header, writer: "writer-0", signature: hexFrom(0x60, 64) }],
  ...events,
  ["CardRefunded, signed", signedRefund],
  [
    "rejection",
    { kind: "rejection", event: Uint8Array.of(0xa1, 0x00, 0x02), reason: "ENTRY_MALFORMED" },
  ],
  [
    "seal",
    {
      kind: "seal",
      height: 7,
      timeMs: bornMs + 250,
      mapRoot: hexFrom(0x70, 32),
      cards: 1_003,
      totals: { ...totals, loaded: 2n ** 60n },
      lawGauge: 0n,
      latenessMs: 249,
    },
  ],
  [
    "seal, totals beyond 64 bits",
    {
      kind: "seal",
      height: 8,
      timeMs: bornMs + 500,
      mapRoot: hexFrom(0x70, 32),
      cards: 2_049,
      totals: { ...totals, loaded: 2n ** 64n, adjusted: -(2n ** 64n) - 1n },
      lawGauge: 0n,
      latenessMs: 0,
    },
  ],
];

/** @throws Error for a name that no sample has */
export function named(name: string): Entry {
  const found = entries.find(([known]) => known === name);
  if (found === undefined) throw new Error(`no sample ${name}`);
  return found[1];
}

/** Leaves of every kind. */
export const leafSamples: { readonly [K in keyof Leaves]: readonly Leaves[K][] } = {
  card: [
    state(plainCard),
    state(usedCard),
    state({ ...usedCard, standing: { status: "SUSPENDED", reason: "LEDGER_REJECTED" } }, true),
    state({ ...usedCard, standing: { status: "REPLACED", successor: card(6) } }),
  ],
  operation: [operation],
  program: [{ programId: gold, currentVersion: 1, entries: 12, chain: hexFrom(0x90, 32), totals }],
  "program-version": [program],
  batch: [{ ...goldBatch, generated: 1_000 }, { ...goldBatch, expiresAtMs: null }],
  participant: [{ participantId: north, registeredAtMs: bornMs }],
  key: [{ ...key("writer-0", 0x30), role: "WRITER" }],
  validators: [{ current: validators, quorum: 3 }],
  "shard-head": [{ shard: 16, epoch: 1, nextSeq: 4, chain: hexFrom(0xa0, 32) }],
  totals: [{ cards: 1_003, totals }],
  protocol: [
    {
      chainId: "scrip.example/main",
      shards: 16,
      cryptoSuite: "sha256-ed25519",
      protocolVersion: 1,
      skewMaxMs: 5_000,
      height: 7,
    },
  ],
};

/** Inputs of derived ids and signatures. */
export const sample = {
  chainId: "scrip.example/main",
  salt: hexFrom(0xb0, 32),
  programId: gold,
  cardId: card(5),
  batchId: batch,
  opId: op,
  body: { b: [1, null, "é\n"], a: { "€": true, "1": -7 } },
  header,
  signedRefund,
};

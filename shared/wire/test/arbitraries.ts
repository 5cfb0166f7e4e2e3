import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import type {
  Amount,
  Batch,
  BatchId,
  Card,
  CardId,
  DomainEvent,
  Effect,
  HolderCommitment,
  Operation,
  OpId,
  ParticipantId,
  Program,
  ProgramId,
  Reason,
  Standing,
  Totals,
  Unit,
} from "@scrip/domain";
import { amountMax } from "@scrip/domain";
import type { CardState, Entry, EventEntry, Leaves, OperationState } from "@scrip/wire";

/* Any entry and any state that the format can hold. */

const hexOf = <T extends string>(bytes: number): Arbitrary<T> =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((b) => Buffer.from(b).toString("hex") as T);

const hash = hexOf<string>(32);
const nonce = hexOf<string>(16);
const cardId = hexOf<CardId>(20);
const opId = hexOf<OpId>(32);
const batchId = hexOf<BatchId>(16);
const holder = hexOf<HolderCommitment>(32);
const name = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,63}$/);
const programId = name as Arbitrary<ProgramId>;
const participantId = name as Arbitrary<ParticipantId>;
const unit = fc.stringMatching(/^[A-Z]{3}$/) as Arbitrary<Unit>;
const amount = fc.bigInt({ min: 0n, max: amountMax }) as Arbitrary<Amount>;
const timeMs = fc.integer({ min: 0, max: 253_402_300_799_999 });
const version = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const sum = fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n - 1n });
const orNull = <T>(some: Arbitrary<T>): Arbitrary<T | null> => fc.option(some, { nil: null });

const totals: Arbitrary<Totals> = fc.record({
  loaded: sum,
  adjusted: sum,
  movedIn: sum,
  movedOut: sum,
  available: sum,
  held: sum,
  writtenOff: sum,
  refunded: sum,
  expired: sum,
  cancelled: sum,
});

const common = { atMs: timeMs, actor: participantId, opId };
const ofProgram = { ...common, programId, programVersion: version };
const effect: Arbitrary<Effect> = fc.record({
  cardId,
  version,
  amount,
  balance: amount,
  held: amount,
});
const effects = fc.array(effect, { minLength: 1, maxLength: 8 });
const bulk = {
  ...ofProgram,
  batchId,
  cards: fc.array(fc.record({ cardId, version }), { minLength: 1, maxLength: 8 }),
  each: fc.record({ amount, balance: amount, held: amount }),
};
const is = <T extends string>(type: T): Arbitrary<T> => fc.constant(type);

const program: Arbitrary<Program> = fc.record({
  programId,
  version,
  kind: fc.constantFrom("GIFT_CARD", "POINTS"),
  unit,
  issuer: participantId,
  refundWindowDays: fc.integer({ min: 0, max: 3_660 }),
  showBalance: fc.boolean(),
  spendByCodeWhenBound: fc.boolean(),
  effectiveFromMs: timeMs,
});

const batch: Arbitrary<Batch> = fc.record({
  batchId,
  programId,
  programVersion: version,
  issuer: participantId,
  count: fc.integer({ min: 1, max: 10_000_000 }),
  faceValue: amount,
  expiresAtMs: orNull(timeMs),
  createdAtMs: timeMs,
  generated: fc.integer({ min: 0, max: 10_000_000 }),
});

export const events: { readonly [T in DomainEvent["type"]]: Arbitrary<DomainEvent & { type: T }> } =
  {
    ProgramCreated: fc.record({ type: is("ProgramCreated"), ...common, program }),
    BatchCreated: fc.record({ ...ofProgram, batch }).map(({ batch, ...event }) => ({
      type: "BatchCreated",
      ...event,
      batch: {
        ...batch,
        programId: event.programId,
        programVersion: event.programVersion,
        createdAtMs: event.atMs,
        generated: 0,
      },
    })),
    ParticipantRegistered: fc
      .record({ ...common, participantId })
      .map(({ participantId, ...event }) => ({
        type: "ParticipantRegistered",
        ...event,
        participant: { participantId, registeredAtMs: event.atMs },
      })),
    CardsGenerated: fc.record({
      type: is("CardsGenerated"),
      ...bulk,
      issuer: participantId,
      unit,
      faceValue: amount,
      expiresAtMs: orNull(timeMs),
    }),
    CardsAcquired: fc.record({ type: is("CardsAcquired"), ...bulk, distributor: participantId }),
    CardsDistributed: fc.record({
      type: is("CardsDistributed"),
      ...bulk,
      distributor: participantId,
    }),
    CardBound: fc.record({ type: is("CardBound"), ...ofProgram, card: effect, holder }),
    PointsGranted: fc.record({
      type: is("PointsGranted"),
      ...ofProgram,
      lot: effect,
      issuer: participantId,
      unit,
      holder,
      expiresAtMs: orNull(timeMs),
      acceptor: orNull(participantId),
      businessAtMs: timeMs,
    }),
    CardWrittenOff: fc.record({
      type: is("CardWrittenOff"),
      ...ofProgram,
      cards: effects,
      acceptor: participantId,
      businessAtMs: timeMs,
    }),
    CardRefunded: fc.record({
      type: is("CardRefunded"),
      ...ofProgram,
      writeOffId: opId,
      cards: effects,
      acceptor: participantId,
      businessAtMs: timeMs,
    }),
  };

const partySignature = fc.record({
  participantId: name,
  algorithm: fc.constantFrom("ed25519", "p256"),
  keyId: hexOf<string>(4),
  signature: hexOf<string>(64),
});

export const eventEntry: Arbitrary<EventEntry> = fc.record({
  kind: fc.constant("event" as const),
  event: fc.oneof(...Object.values(events)),
  nonce,
  partySignatures: fc.array(partySignature, { maxLength: 2 }),
});

const label = fc.stringMatching(/^[!-~]{1,128}$/);
const namedKey = fc.record({ name: label, publicKey: hash });
const keys = fc.array(namedKey, { maxLength: 4 });
const someKeys = fc.array(namedKey, { minLength: 1, maxLength: 4 });
const shard = fc.integer({ min: 0, max: 65_535 });
const shards = fc.integer({ min: 1, max: 65_535 });

/** Any of the five kinds. */
export const entry: Arbitrary<Entry> = fc.oneof(
  eventEntry,
  fc.record({
    kind: is("genesis"),
    chainId: label,
    shards,
    cryptoSuite: label,
    protocolVersion: version,
    timeMs,
    validators: someKeys,
    quorum: fc.integer({ min: 1, max: 64 }),
    writers: someKeys,
    operators: keys,
    receipts: keys,
    skewMaxMs: timeMs,
  }),
  fc.record({
    kind: is("batch"),
    shard,
    epoch: count,
    fromSeq: count,
    chainBefore: hash,
    count: fc.integer({ min: 1, max: 65_535 }),
    writer: label,
    signature: hexOf<string>(64),
  }),
  fc.record({
    kind: is("rejection"),
    event: fc.uint8Array({ maxLength: 200 }),
    reason: fc.constantFrom(
      "ENTRY_MALFORMED",
      "CARD_DIVERGED",
      "BALANCE_INSUFFICIENT",
      "VERSION_GAP",
    ),
  }),
  fc.record({
    kind: is("seal"),
    height: count,
    timeMs,
    mapRoot: hash,
    cards: count,
    totals,
    lawGauge: sum,
    latenessMs: count,
  }),
);

const reason: Arbitrary<Reason> = fc.constantFrom(
  "STOLEN",
  "LOST",
  "REGULATOR_ORDER",
  "LEDGER_REJECTED",
);
const standing: Arbitrary<Standing> = fc.oneof(
  fc.record({ status: fc.constantFrom("GENERATED", "ALLOCATED", "ACTIVE", "REDEEMED", "EXPIRED") }),
  fc.record({ status: fc.constantFrom("SUSPENDED", "CANCELLED"), reason }),
  fc.record({ status: is("REPLACED"), successor: cardId }),
) as Arbitrary<Standing>;

const card: Arbitrary<Card> = fc.record({
  cardId,
  programId,
  programVersion: version,
  unit,
  batchId: orNull(batchId),
  faceValue: amount,
  generatedAtMs: timeMs,
  issuer: participantId,
  distributor: orNull(participantId),
  expiresAtMs: orNull(timeMs),
  standing,
  binding: fc.oneof(
    fc.record({ kind: is("UNBOUND") }),
    fc.record({ kind: is("BOUND"), holder }),
  ) as Arbitrary<Card["binding"]>,
  balance: amount,
  held: amount,
  sums: fc.record({
    loaded: amount,
    adjusted: sum,
    movedIn: amount,
    movedOut: amount,
    writtenOff: amount,
    refunded: amount,
    expired: amount,
    cancelled: amount,
  }),
  refundables: fc.array(
    fc.record({
      opId,
      acceptor: participantId,
      amount,
      refunded: amount,
      refundableUntilMs: timeMs,
    }),
    { maxLength: 3 },
  ),
  version,
  lastAtMs: timeMs,
});

const operation: Arbitrary<Operation> = fc.record({
  opId,
  programId,
  unit,
  acceptor: participantId,
  atMs: timeMs,
  refundableUntilMs: timeMs,
  legs: fc.array(fc.record({ cardId, amount, refunded: amount }), { minLength: 1, maxLength: 5 }),
  version,
});

const stamp = { lastEventId: hash, nonce, diverged: fc.boolean() };
export const cardState: Arbitrary<CardState> = fc.record({ card, ...stamp });
const operationState: Arbitrary<OperationState> = fc.record({ operation, ...stamp });

/** Any leaf, by its kind. */
export const leaves: { readonly [K in keyof Leaves]: Arbitrary<Leaves[K]> } = {
  card: cardState,
  operation: operationState,
  program: fc.record({
    programId: name,
    currentVersion: version,
    entries: count,
    chain: hash,
    totals,
  }),
  "program-version": program,
  batch,
  participant: fc.record({ participantId, registeredAtMs: timeMs }),
  key: fc.record({
    name: label,
    role: fc.constantFrom("WRITER", "OPERATOR", "RECEIPT"),
    publicKey: hash,
  }),
  validators: fc.record({ current: someKeys, quorum: fc.integer({ min: 1, max: 64 }) }),
  "shard-head": fc.record({ shard, epoch: count, nextSeq: count, chain: hash }),
  totals: fc.record({ cards: count, totals }),
  protocol: fc.record({
    chainId: label,
    shards,
    cryptoSuite: label,
    protocolVersion: version,
    skewMaxMs: timeMs,
    height: count,
  }),
};

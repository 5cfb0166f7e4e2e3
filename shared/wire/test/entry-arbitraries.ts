import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import type { DomainEvent, Effect } from "@scrip/domain";
import type { Entry, EventEntry } from "@scrip/wire";
import {
  hexOf,
  hash,
  nonce,
  cardId,
  opId,
  batchId,
  holder,
  name,
  programId,
  programVersion,
  participantId,
  unit,
  amount,
  timeMs,
  version,
  count,
  sum,
  orNull,
  totals,
  label,
  keys,
  someKeys,
  shard,
  shards,
  program,
  batch,
  is,
} from "./part-arbitraries.ts";
import { card, operation, reason } from "./leaf-arbitraries.ts";

/* Any entry that the format can hold. */

const common = { atMs: timeMs, actor: participantId, opId };
const ofProgram = { ...common, programId, programVersion };
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

const ofCard = { ...ofProgram, card: effect };
const due = {
  atMs: timeMs,
  actor: participantId,
  opId: fc.constant(null),
  programId,
  programVersion,
};

/** What is done to cards beside selling, what time does, and what the operator orders. */
const administration = {
  CardUnbound: fc.record({ type: is("CardUnbound"), ...ofCard }),
  CardTransferred: fc.record({ type: is("CardTransferred"), ...ofCard, holder }),
  CardLoaded: fc.record({ type: is("CardLoaded"), ...ofCard, issuer: participantId }),
  CardAdjusted: fc.record({
    type: is("CardAdjusted"),
    ...ofCard,
    issuer: participantId,
    direction: fc.constantFrom("CREDIT", "DEBIT"),
    reason,
  }),
  CardSuspended: fc.record({ type: is("CardSuspended"), ...ofCard, reason }),
  CardResumed: fc.record({ type: is("CardResumed"), ...ofCard }),
  CardCancelled: fc.record({
    type: is("CardCancelled"),
    ...ofCard,
    issuer: participantId,
    reason,
  }),
  CardReplaced: fc.record({
    type: is("CardReplaced"),
    ...ofCard,
    issuer: participantId,
    successor: effect,
    expiresAtMs: orNull(timeMs),
  }),
  CardsExpired: fc.record({ type: is("CardsExpired"), ...due, cards: effects }),
  OperationsClosed: fc.record({
    type: is("OperationsClosed"),
    ...due,
    operations: fc.array(opId, { minLength: 1, maxLength: 8 }),
  }),
  ProgramChanged: fc.record({ type: is("ProgramChanged"), ...common, program }),
  CardReconciled: fc.record({
    type: is("CardReconciled"),
    ...ofProgram,
    card,
    operations: fc.array(operation, { maxLength: 2 }),
  }),
  EpochOpened: fc.record({
    type: is("EpochOpened"),
    ...common,
    shard,
    epoch: version,
    fromSeq: count,
    chain: hash,
  }),
};

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
      passed: fc.array(cardId, { maxLength: 4 }),
      acceptor: participantId,
      businessAtMs: timeMs,
    }),
    ...administration,
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

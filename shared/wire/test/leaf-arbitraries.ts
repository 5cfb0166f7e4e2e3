import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import type { Card, Operation, Reason, Standing } from "@scrip/domain";
import type { CardState, Leaves, OperationState } from "@scrip/wire";
import {
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
  someKeys,
  shard,
  shards,
  program,
  batch,
  is,
} from "./part-arbitraries.ts";

/* Any state that the format can hold. */

export const reason: Arbitrary<Reason> = fc.constantFrom(
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

export const card: Arbitrary<Card> = fc.record({
  cardId,
  programId,
  programVersion,
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
  dailySpend: orNull(fc.record({ day: count, amount })),
  version,
  lastAtMs: timeMs,
});

export const operation: Arbitrary<Operation> = fc.record({
  opId,
  programId,
  unit,
  acceptor: participantId,
  refundableUntilMs: timeMs,
  legs: fc.array(fc.record({ cardId, amount, refunded: amount }), { minLength: 1, maxLength: 5 }),
  version,
});

const stamp = { lastEventId: hash, nonce, diverged: fc.boolean() };
export const cardState: Arbitrary<CardState> = fc.record({ card, ...stamp });
export const operationState: Arbitrary<OperationState> = fc.record({ operation, ...stamp });

/** Any leaf, by its kind. */
export const leaves: { readonly [K in keyof Leaves]: Arbitrary<Leaves[K]> } = {
  card: cardState,
  operation: operationState,
  program: fc.record({
    programId: name,
    currentVersion: programVersion,
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

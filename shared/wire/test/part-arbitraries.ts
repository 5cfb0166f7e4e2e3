import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import type {
  Amount,
  Batch,
  BatchId,
  CardId,
  HolderCommitment,
  OpId,
  ParticipantId,
  Program,
  ProgramId,
  Totals,
  Unit,
} from "@scrip/domain";
import { amountMax, programVersionMax } from "@scrip/domain";

/* What entries and states are made of. */

export const hexOf = <T extends string>(bytes: number): Arbitrary<T> =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((b) => Buffer.from(b).toString("hex") as T);

export const hash = hexOf<string>(32);
export const nonce = hexOf<string>(16);
export const cardId = hexOf<CardId>(20);
export const opId = hexOf<OpId>(32);
export const batchId = hexOf<BatchId>(16);
export const holder = hexOf<HolderCommitment>(32);
export const name = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,63}$/);
export const programId = name as Arbitrary<ProgramId>;
export const participantId = name as Arbitrary<ParticipantId>;
export const unit = fc.stringMatching(/^[A-Z]{3}$/) as Arbitrary<Unit>;
export const amount = fc.bigInt({ min: 0n, max: amountMax }) as Arbitrary<Amount>;
export const timeMs = fc.integer({ min: 0, max: 253_402_300_799_999 });
export const version = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
export const programVersion = fc.integer({ min: 1, max: programVersionMax });
export const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
export const sum = fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n - 1n });
/** Over many cards: within 64 bits as often as beyond. */
const total = fc.oneof(sum, fc.bigInt({ min: -(2n ** 127n), max: 2n ** 127n - 1n }));
export const orNull = <T>(some: Arbitrary<T>): Arbitrary<T | null> =>
  fc.option(some, { nil: null });

export const totals: Arbitrary<Totals> = fc.record({
  loaded: total,
  adjusted: total,
  movedIn: total,
  movedOut: total,
  available: total,
  held: total,
  writtenOff: total,
  refunded: total,
  expired: total,
  cancelled: total,
});

export const label = fc.stringMatching(/^[!-~]{1,128}$/);
const namedKey = fc.record({ name: label, publicKey: hash });
export const keys = fc.array(namedKey, { maxLength: 4 });
export const someKeys = fc.array(namedKey, { minLength: 1, maxLength: 4 });
export const shard = fc.integer({ min: 0, max: 65_535 });
export const shards = fc.integer({ min: 1, max: 65_535 });

export const program: Arbitrary<Program> = fc.record({
  programId,
  version: programVersion,
  kind: fc.constantFrom("GIFT_CARD", "POINTS"),
  unit,
  issuer: participantId,
  refundWindowDays: fc.integer({ min: 0, max: 3_660 }),
  showBalance: fc.boolean(),
  spendByCodeWhenBound: fc.boolean(),
  balanceMax: orNull(amount),
  spendMax: orNull(amount),
  dailySpendMax: orNull(amount),
  acceptors: orNull(fc.array(participantId, { maxLength: 3 })),
  backdatingDaysMax: fc.integer({ min: 0, max: 3_660 }),
  effectiveFromMs: timeMs,
});

export const batch: Arbitrary<Batch> = fc.record({
  batchId,
  programId,
  programVersion,
  issuer: participantId,
  count: fc.integer({ min: 1, max: 10_000_000 }),
  faceValue: amount,
  expiresAtMs: orNull(timeMs),
  createdAtMs: timeMs,
  generated: fc.integer({ min: 0, max: 10_000_000 }),
});

/** The word alone, as its own type. */
export const is = <T extends string>(type: T): Arbitrary<T> => fc.constant(type);

import { batchCardsMax } from "@scrip/domain";
import type { Batch, BatchId, Participant, ParticipantId, Program, ProgramId } from "@scrip/domain";
import type {
  KeyLeaf,
  Leaves,
  ProgramLeaf,
  ProtocolLeaf,
  ShardHead,
  TotalsLeaf,
  ValidatorsLeaf,
} from "../states.ts";
import type { Codec } from "../codec/codec.ts";
import { field, optional, record } from "../codec/record.ts";
import {
  amountCodec,
  hex,
  labelCodec,
  nameCodec,
  oneOf,
  programVersionCodec,
  timeMs,
  unitCodec,
  whole,
} from "../codec/scalars.ts";
import { keyList, keysPerRoleMax, shardsMax, totalsCodec } from "../entry/frame-entries.ts";
import { programKindNumbers } from "../entry/numbers.ts";
import { roleNumbers } from "./numbers.ts";
import { termsFields } from "./terms-fields.ts";

const program = record<ProgramLeaf>({
  programId: field(1, nameCodec()),
  currentVersion: field(2, programVersionCodec),
  entries: field(3, whole(0)),
  chain: field(4, hex(32)),
  totals: field(5, totalsCodec),
});

const programVersion = record<Program>({
  programId: field(1, nameCodec<ProgramId>()),
  version: field(2, programVersionCodec),
  kind: field(3, oneOf(programKindNumbers)),
  unit: field(4, unitCodec),
  issuer: field(5, nameCodec<ParticipantId>()),
  ...termsFields({
    refundWindowDays: 6,
    showBalance: 7,
    spendByCodeWhenBound: 8,
    balanceMax: 10,
    spendMax: 11,
    dailySpendMax: 12,
    acceptors: 13,
    backdatingDaysMax: 14,
  }),
  effectiveFromMs: field(9, timeMs),
});

const batch = record<Batch>({
  batchId: field(1, hex<BatchId>(16)),
  programId: field(2, nameCodec<ProgramId>()),
  programVersion: field(3, programVersionCodec),
  issuer: field(4, nameCodec<ParticipantId>()),
  count: field(5, whole(1, batchCardsMax)),
  faceValue: field(6, amountCodec),
  expiresAtMs: optional(7, timeMs),
  createdAtMs: field(8, timeMs),
  generated: field(9, whole(0, batchCardsMax)),
});

const participant = record<Participant>({
  participantId: field(1, nameCodec<ParticipantId>()),
  registeredAtMs: field(2, timeMs),
});

const key = record<KeyLeaf>({
  name: field(1, labelCodec),
  role: field(2, oneOf(roleNumbers)),
  publicKey: field(3, hex(32)),
});

const validators = record<ValidatorsLeaf>({
  current: field(1, keyList(1)),
  quorum: field(2, whole(1, keysPerRoleMax)),
  // Reserved: 3 the next validators, 4 their quorum, 5 the height from which they rule.
});

const shardHead = record<ShardHead>({
  shard: field(1, whole(0, shardsMax)),
  epoch: field(2, whole(0)),
  nextSeq: field(3, whole(0)),
  chain: field(4, hex(32)),
});

const totals = record<TotalsLeaf>({
  cards: field(1, whole(0)),
  totals: field(2, totalsCodec),
});

const protocol = record<ProtocolLeaf>({
  chainId: field(1, labelCodec),
  shards: field(2, whole(1, shardsMax)),
  cryptoSuite: field(3, labelCodec),
  protocolVersion: field(4, whole(1)),
  skewMaxMs: field(5, timeMs),
  height: field(6, whole(0)),
});

/** Leaves that are one record; those of two halves stand in files of their own. */
export type PlainKind = Exclude<keyof Leaves, "card" | "operation">;

export const plainCodecs: { readonly [K in PlainKind]: Codec<Leaves[K]> } = {
  program,
  "program-version": programVersion,
  batch,
  participant,
  key,
  validators,
  "shard-head": shardHead,
  totals,
  protocol,
};

import { batchCardsMax, refundWindowDaysMax } from "@scrip/domain";
import type {
  BatchCreated,
  BatchId,
  ParticipantId,
  ParticipantRegistered,
  ProgramCreated,
} from "@scrip/domain";
import { field, optional, record } from "../codec/record.ts";
import {
  amountCodec,
  booleanCodec,
  hex,
  nameCodec,
  oneOf,
  timeMs,
  unitCodec,
  whole,
} from "../codec/scalars.ts";
import { common, eventCodec, ofProgram, programPart } from "./event-shape.ts";
import { bodyKeys, eventKeys, programKindNumbers } from "./numbers.ts";

/*
 * What these events say twice in memory is written once, so that it cannot differ on the ledger: the program and its
 * version in the envelope, the batch's program and times in its event. Writing an event whose two places differ is a
 * broken promise: RangeError.
 */

function agree(same: boolean, what: string): void {
  if (!same) throw new RangeError(`an event that says two things of its ${what}`);
}

const issuer = field(eventKeys.issuer, nameCodec<ParticipantId>());

export const programCreated = eventCodec("ProgramCreated", {
  fields: {
    ...ofProgram,
    issuer,
    body: field(
      eventKeys.body,
      record({
        kind: field(bodyKeys.programKind, oneOf(programKindNumbers)),
        unit: field(bodyKeys.unit, unitCodec),
        refundWindowDays: field(bodyKeys.refundWindowDays, whole(0, refundWindowDaysMax)),
        showBalance: field(bodyKeys.showBalance, booleanCodec),
        spendByCodeWhenBound: field(bodyKeys.spendByCodeWhenBound, booleanCodec),
        effectiveFromMs: field(bodyKeys.effectiveFromMs, timeMs),
      }),
    ),
  },
  views: {
    programId: ({ program }) => program.programId,
    programVersion: ({ program }) => program.version,
    issuer: ({ program }) => program.issuer,
    body: ({ program }) => program,
  },
  build: ({ atMs, actor, opId, programId, programVersion, issuer, body }): ProgramCreated => ({
    type: "ProgramCreated",
    atMs,
    actor,
    opId,
    program: { programId, version: programVersion, issuer, ...body },
  }),
});

export const batchCreated = eventCodec("BatchCreated", {
  fields: {
    ...ofProgram,
    issuer,
    subjects: field(eventKeys.subjects, hex<BatchId>(16)),
    body: field(
      eventKeys.body,
      record({
        count: field(bodyKeys.count, whole(1, batchCardsMax)),
        faceValue: field(bodyKeys.faceValue, amountCodec),
        expiresAtMs: optional(bodyKeys.expiresAtMs, timeMs),
      }),
    ),
  },
  views: {
    issuer: ({ batch }) => batch.issuer,
    subjects: ({ batch }) => batch.batchId,
    body: ({ batch, ...event }) => {
      agree(batch.programId === event.programId, "program");
      agree(batch.programVersion === event.programVersion, "program version");
      agree(batch.createdAtMs === event.atMs, "time");
      agree(batch.generated === 0, "cards generated so far");
      return batch;
    },
  },
  build: (flat): BatchCreated => ({
    type: "BatchCreated",
    ...programPart(flat),
    batch: {
      batchId: flat.subjects,
      programId: flat.programId,
      programVersion: flat.programVersion,
      issuer: flat.issuer,
      ...flat.body,
      createdAtMs: flat.atMs,
      generated: 0,
    },
  }),
});

export const participantRegistered = eventCodec("ParticipantRegistered", {
  fields: {
    ...common,
    subjects: field(eventKeys.subjects, nameCodec<ParticipantId>()),
  },
  views: {
    subjects: ({ participant, atMs }) => {
      agree(participant.registeredAtMs === atMs, "time");
      return participant.participantId;
    },
  },
  build: ({ atMs, actor, opId, subjects }): ParticipantRegistered => ({
    type: "ParticipantRegistered",
    atMs,
    actor,
    opId,
    participant: { participantId: subjects, registeredAtMs: atMs },
  }),
});

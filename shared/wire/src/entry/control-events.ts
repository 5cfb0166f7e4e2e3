import { batchCardsMax, reconciledOperationsMax } from "@scrip/domain";
import type {
  BatchCreated,
  BatchId,
  CardReconciled,
  EpochOpened,
  ParticipantId,
  ParticipantRegistered,
  ProgramChanged,
  ProgramCreated,
} from "@scrip/domain";
import { arrayOf } from "../codec/codec.ts";
import { field, listed, optional, record } from "../codec/record.ts";
import { amountCodec, hex, nameCodec, oneOf, timeMs, unitCodec, whole } from "../codec/scalars.ts";
import { common, eventCodec, ofProgram, programPart } from "./event-shape.ts";
import { cardCodec } from "../state/card-codec.ts";
import { operationCodec } from "../state/operation-codec.ts";
import { termsFields } from "../state/terms-fields.ts";
import { shardsMax } from "./frame-entries.ts";
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

const programPairs = {
  ...ofProgram,
  issuer,
  body: field(
    eventKeys.body,
    record({
      kind: field(bodyKeys.programKind, oneOf(programKindNumbers)),
      unit: field(bodyKeys.unit, unitCodec),
      ...termsFields(bodyKeys),
      effectiveFromMs: field(bodyKeys.effectiveFromMs, timeMs),
    }),
  ),
};

type OfProgramEvent = ProgramCreated | ProgramChanged;

const programViews = {
  programId: ({ program }: OfProgramEvent) => program.programId,
  programVersion: ({ program }: OfProgramEvent) => program.version,
  issuer: ({ program }: OfProgramEvent) => program.issuer,
  body: ({ program }: OfProgramEvent) => program,
};

export const programCreated = eventCodec("ProgramCreated", {
  fields: programPairs,
  views: programViews,
  build: ({ atMs, actor, opId, programId, programVersion, issuer, body }): ProgramCreated => ({
    type: "ProgramCreated",
    atMs,
    actor,
    opId,
    program: { programId, version: programVersion, issuer, ...body },
  }),
});

export const programChanged = eventCodec("ProgramChanged", {
  fields: programPairs,
  views: programViews,
  build: ({ atMs, actor, opId, programId, programVersion, issuer, body }): ProgramChanged => ({
    type: "ProgramChanged",
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

export const cardReconciled = eventCodec("CardReconciled", {
  fields: {
    ...ofProgram,
    body: field(
      eventKeys.body,
      record({
        card: field(bodyKeys.state, cardCodec),
        operations: listed(
          bodyKeys.operations,
          arrayOf(operationCodec, { min: 0, max: reconciledOperationsMax }),
        ),
      }),
    ),
  },
  views: { body: (event) => event },
  build: (flat): CardReconciled => ({
    type: "CardReconciled",
    ...programPart(flat),
    ...flat.body,
  }),
});

export const epochOpened = eventCodec("EpochOpened", {
  fields: {
    ...common,
    body: field(
      eventKeys.body,
      record({
        shard: field(bodyKeys.shard, whole(0, shardsMax)),
        epoch: field(bodyKeys.epoch, whole(1)),
        fromSeq: field(bodyKeys.fromSeq, whole(0)),
        chain: field(bodyKeys.chain, hex(32)),
      }),
    ),
  },
  views: { body: (event) => event },
  build: ({ atMs, actor, opId, body }): EpochOpened => ({
    type: "EpochOpened",
    atMs,
    actor,
    opId,
    ...body,
  }),
});

import { lotsPerWriteOffMax, passedCardsMax } from "@scrip/domain";
import type {
  CardBound,
  CardId,
  CardRefunded,
  CardWrittenOff,
  HolderCommitment,
  OpId,
  ParticipantId,
  PointsGranted,
} from "@scrip/domain";
import { arrayOf } from "../codec/codec.ts";
import { field, listed, optional, record } from "../codec/record.ts";
import { hex, nameCodec, timeMs, unitCodec } from "../codec/scalars.ts";
import { eventCodec, ofProgram, programPart } from "./event-shape.ts";
import { bodyKeys, eventKeys } from "./numbers.ts";
import { aftersOf, effect, effects, subjectsOf } from "./subjects.ts";

const acceptorName = nameCodec<ParticipantId>();
const acceptor = field(eventKeys.acceptor, acceptorName);
const businessAtMs = field(eventKeys.businessAtMs, timeMs);
const holder = field(bodyKeys.holder, hex<HolderCommitment>(32));

/** One card, and what was done to it. */
const oneSubject = field(eventKeys.subjects, subjectsOf(1));
const oneAfter = field(bodyKeys.after, aftersOf(1));
/** One card or the lots of one wallet, in the order drawn. */
const subjects = field(eventKeys.subjects, subjectsOf(lotsPerWriteOffMax));
const afters = field(bodyKeys.after, aftersOf(lotsPerWriteOffMax));

export const cardBound = eventCodec("CardBound", {
  fields: {
    ...ofProgram,
    subjects: oneSubject,
    body: field(eventKeys.body, record({ after: oneAfter, holder })),
  },
  views: {
    subjects: (event) => [event.card],
    body: (event) => ({ after: [event.card], holder: event.holder }),
  },
  build: (flat, broken): CardBound => ({
    type: "CardBound",
    ...programPart(flat),
    card: effect(flat.subjects, flat.body.after, broken),
    holder: flat.body.holder,
  }),
});

export const pointsGranted = eventCodec("PointsGranted", {
  fields: {
    ...ofProgram,
    businessAtMs,
    subjects: oneSubject,
    acceptor: optional(eventKeys.acceptor, acceptorName),
    issuer: field(eventKeys.issuer, nameCodec<ParticipantId>()),
    body: field(
      eventKeys.body,
      record({
        after: oneAfter,
        holder,
        unit: field(bodyKeys.unit, unitCodec),
        expiresAtMs: optional(bodyKeys.expiresAtMs, timeMs),
      }),
    ),
  },
  views: {
    subjects: (event) => [event.lot],
    body: (event) => ({
      after: [event.lot],
      holder: event.holder,
      unit: event.unit,
      expiresAtMs: event.expiresAtMs,
    }),
  },
  build: (flat, broken): PointsGranted => ({
    type: "PointsGranted",
    ...programPart(flat),
    lot: effect(flat.subjects, flat.body.after, broken),
    issuer: flat.issuer,
    unit: flat.body.unit,
    holder: flat.body.holder,
    expiresAtMs: flat.body.expiresAtMs,
    acceptor: flat.acceptor,
    businessAtMs: flat.businessAtMs,
  }),
});

export const cardWrittenOff = eventCodec("CardWrittenOff", {
  fields: {
    ...ofProgram,
    businessAtMs,
    acceptor,
    subjects,
    body: field(eventKeys.body, record({ after: afters })),
  },
  views: {
    subjects: (event) => event.cards,
    body: (event) => ({ after: event.cards }),
  },
  build: (flat, broken): CardWrittenOff => ({
    type: "CardWrittenOff",
    ...programPart(flat),
    cards: effects(flat.subjects, flat.body.after, broken),
    acceptor: flat.acceptor,
    businessAtMs: flat.businessAtMs,
  }),
});

export const cardRefunded = eventCodec("CardRefunded", {
  fields: {
    ...ofProgram,
    businessAtMs,
    acceptor,
    subjects,
    body: field(
      eventKeys.body,
      record({
        after: afters,
        writeOffId: field(bodyKeys.writeOffId, hex<OpId>(32)),
        passed: listed(bodyKeys.passed, arrayOf(hex<CardId>(20), { min: 0, max: passedCardsMax })),
      }),
    ),
  },
  views: {
    subjects: (event) => event.cards,
    body: ({ cards, writeOffId, passed }) => ({ after: cards, writeOffId, passed }),
  },
  build: (flat, broken): CardRefunded => ({
    type: "CardRefunded",
    ...programPart(flat),
    writeOffId: flat.body.writeOffId,
    cards: effects(flat.subjects, flat.body.after, broken),
    passed: flat.body.passed,
    acceptor: flat.acceptor,
    businessAtMs: flat.businessAtMs,
  }),
});

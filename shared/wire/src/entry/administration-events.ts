import type {
  CardAdjusted,
  CardCancelled,
  CardLoaded,
  CardReplaced,
  CardResumed,
  CardSuspended,
  CardTransferred,
  CardUnbound,
  HolderCommitment,
  ParticipantId,
} from "@scrip/domain";
import { field, optional, record } from "../codec/record.ts";
import { hex, nameCodec, oneOf, timeMs } from "../codec/scalars.ts";
import { reasonNumbers } from "../state/numbers.ts";
import { eventCodec, ofProgram, programPart } from "./event-shape.ts";
import { bodyKeys, directionNumbers, eventKeys } from "./numbers.ts";
import { aftersOf, effect, effects, subjectsOf } from "./subjects.ts";

/*
 * What is done to one card beside selling: the card is the only subject, or the first of two.
 */

const oneSubject = field(eventKeys.subjects, subjectsOf(1));
const after = field(bodyKeys.after, aftersOf(1));
const reason = field(bodyKeys.reason, oneOf(reasonNumbers));
const issuer = field(eventKeys.issuer, nameCodec<ParticipantId>());

/** An event that says nothing beyond its card. */
const plain = {
  ...ofProgram,
  subjects: oneSubject,
  body: field(eventKeys.body, record({ after })),
};

type OfCard = CardLoaded | CardResumed | CardUnbound;
const plainViews = {
  subjects: ({ card }: OfCard) => [card],
  body: ({ card }: OfCard) => ({ after: [card] }),
};

export const cardLoaded = eventCodec("CardLoaded", {
  fields: { ...plain, issuer },
  views: plainViews,
  build: (flat, broken): CardLoaded => ({
    type: "CardLoaded",
    ...programPart(flat),
    card: effect(flat.subjects, flat.body.after, broken),
    issuer: flat.issuer,
  }),
});

export const cardResumed = eventCodec("CardResumed", {
  fields: plain,
  views: plainViews,
  build: (flat, broken): CardResumed => ({
    type: "CardResumed",
    ...programPart(flat),
    card: effect(flat.subjects, flat.body.after, broken),
  }),
});

export const cardUnbound = eventCodec("CardUnbound", {
  fields: plain,
  views: plainViews,
  build: (flat, broken): CardUnbound => ({
    type: "CardUnbound",
    ...programPart(flat),
    card: effect(flat.subjects, flat.body.after, broken),
  }),
});

export const cardTransferred = eventCodec("CardTransferred", {
  fields: {
    ...ofProgram,
    subjects: oneSubject,
    body: field(
      eventKeys.body,
      record({ after, holder: field(bodyKeys.holder, hex<HolderCommitment>(32)) }),
    ),
  },
  views: {
    subjects: ({ card }) => [card],
    body: ({ card, holder }) => ({ after: [card], holder }),
  },
  build: (flat, broken): CardTransferred => ({
    type: "CardTransferred",
    ...programPart(flat),
    card: effect(flat.subjects, flat.body.after, broken),
    holder: flat.body.holder,
  }),
});

export const cardAdjusted = eventCodec("CardAdjusted", {
  fields: {
    ...ofProgram,
    issuer,
    subjects: oneSubject,
    body: field(
      eventKeys.body,
      record({ after, reason, direction: field(bodyKeys.direction, oneOf(directionNumbers)) }),
    ),
  },
  views: {
    subjects: ({ card }) => [card],
    body: ({ card, reason: why, direction }) => ({ after: [card], reason: why, direction }),
  },
  build: (flat, broken): CardAdjusted => ({
    type: "CardAdjusted",
    ...programPart(flat),
    card: effect(flat.subjects, flat.body.after, broken),
    issuer: flat.issuer,
    direction: flat.body.direction,
    reason: flat.body.reason,
  }),
});

const withReason = field(eventKeys.body, record({ after, reason }));

export const cardSuspended = eventCodec("CardSuspended", {
  fields: { ...ofProgram, subjects: oneSubject, body: withReason },
  views: {
    subjects: ({ card }) => [card],
    body: ({ card, reason: why }) => ({ after: [card], reason: why }),
  },
  build: (flat, broken): CardSuspended => ({
    type: "CardSuspended",
    ...programPart(flat),
    card: effect(flat.subjects, flat.body.after, broken),
    reason: flat.body.reason,
  }),
});

export const cardCancelled = eventCodec("CardCancelled", {
  fields: { ...ofProgram, issuer, subjects: oneSubject, body: withReason },
  views: {
    subjects: ({ card }) => [card],
    body: ({ card, reason: why }) => ({ after: [card], reason: why }),
  },
  build: (flat, broken): CardCancelled => ({
    type: "CardCancelled",
    ...programPart(flat),
    card: effect(flat.subjects, flat.body.after, broken),
    issuer: flat.issuer,
    reason: flat.body.reason,
  }),
});

/** The card replaced, then its successor. */
export const cardReplaced = eventCodec("CardReplaced", {
  fields: {
    ...ofProgram,
    issuer,
    subjects: field(eventKeys.subjects, subjectsOf(2)),
    body: field(
      eventKeys.body,
      record({
        after: field(bodyKeys.after, aftersOf(2)),
        expiresAtMs: optional(bodyKeys.expiresAtMs, timeMs),
      }),
    ),
  },
  views: {
    subjects: ({ card, successor }) => [card, successor],
    body: ({ card, successor, expiresAtMs }) => ({ after: [card, successor], expiresAtMs }),
  },
  build(flat, broken): CardReplaced {
    const [card, successor] = effects(flat.subjects, flat.body.after, broken);
    if (card === undefined || successor === undefined) return broken("a card without successor");
    const { issuer: by, body } = flat;
    const { expiresAtMs } = body;
    return {
      type: "CardReplaced",
      ...programPart(flat),
      card,
      issuer: by,
      successor,
      expiresAtMs,
    };
  },
});

import { bulkCardsPerEventMax } from "@scrip/domain";
import type {
  BatchId,
  CardsAcquired,
  CardsDistributed,
  CardsGenerated,
  ParticipantId,
} from "@scrip/domain";
import { field, optional, record } from "../codec/record.ts";
import { amountCodec, hex, nameCodec, timeMs, unitCodec } from "../codec/scalars.ts";
import { eventCodec, ofProgram, programPart } from "./event-shape.ts";
import { bodyKeys, eventKeys } from "./numbers.ts";
import { after, subjectsOf } from "./subjects.ts";

/** One step of many cards of one shard: the subjects name them, the body says once what happened to each. */
const bulk = {
  ...ofProgram,
  subjects: field(eventKeys.subjects, subjectsOf(bulkCardsPerEventMax)),
};
const bulkBody = {
  each: field(bodyKeys.after, after),
  batchId: field(bodyKeys.batchId, hex<BatchId>(16)),
};

export const cardsGenerated = eventCodec("CardsGenerated", {
  fields: {
    ...bulk,
    issuer: field(eventKeys.issuer, nameCodec<ParticipantId>()),
    body: field(
      eventKeys.body,
      record({
        ...bulkBody,
        unit: field(bodyKeys.unit, unitCodec),
        faceValue: field(bodyKeys.faceValue, amountCodec),
        expiresAtMs: optional(bodyKeys.expiresAtMs, timeMs),
      }),
    ),
  },
  views: { subjects: (event) => event.cards, body: (event) => event },
  build: (flat): CardsGenerated => ({
    type: "CardsGenerated",
    ...programPart(flat),
    cards: flat.subjects,
    ...flat.body,
    issuer: flat.issuer,
  }),
});

/** A step that names the distributor. */
const withDistributor = {
  ...bulk,
  body: field(
    eventKeys.body,
    record({ ...bulkBody, distributor: field(bodyKeys.distributor, nameCodec<ParticipantId>()) }),
  ),
};

export const cardsAcquired = eventCodec("CardsAcquired", {
  fields: withDistributor,
  views: { subjects: (event) => event.cards, body: (event) => event },
  build: (flat): CardsAcquired => ({
    type: "CardsAcquired",
    ...programPart(flat),
    cards: flat.subjects,
    ...flat.body,
  }),
});

export const cardsDistributed = eventCodec("CardsDistributed", {
  fields: withDistributor,
  views: { subjects: (event) => event.cards, body: (event) => event },
  build: (flat): CardsDistributed => ({
    type: "CardsDistributed",
    ...programPart(flat),
    cards: flat.subjects,
    ...flat.body,
  }),
});

import { bulkCardsPerEventMax, operationsPerEventMax } from "@scrip/domain";
import type { CardsExpired, OperationsClosed, OpId } from "@scrip/domain";
import { arrayOf } from "../codec/codec.ts";
import { field, record } from "../codec/record.ts";
import { hex } from "../codec/scalars.ts";
import { due, duePart, eventCodec } from "./event-shape.ts";
import { bodyKeys, eventKeys } from "./numbers.ts";
import { aftersOf, effects, subjectsOf } from "./subjects.ts";

/*
 * What time brings about: events without an operation key.
 */

export const cardsExpired = eventCodec("CardsExpired", {
  fields: {
    ...due,
    subjects: field(eventKeys.subjects, subjectsOf(bulkCardsPerEventMax)),
    body: field(
      eventKeys.body,
      record({ after: field(bodyKeys.after, aftersOf(bulkCardsPerEventMax)) }),
    ),
  },
  views: {
    subjects: ({ cards }) => cards,
    body: ({ cards }) => ({ after: cards }),
  },
  build: (flat, broken): CardsExpired => ({
    type: "CardsExpired",
    ...duePart(flat),
    cards: effects(flat.subjects, flat.body.after, broken),
  }),
});

export const operationsClosed = eventCodec("OperationsClosed", {
  fields: {
    ...due,
    body: field(
      eventKeys.body,
      record({
        operations: field(
          bodyKeys.operations,
          arrayOf(hex<OpId>(32), { min: 1, max: operationsPerEventMax }),
        ),
      }),
    ),
  },
  views: { body: (event) => event },
  build: (flat): OperationsClosed => ({
    type: "OperationsClosed",
    ...duePart(flat),
    operations: flat.body.operations,
  }),
});

import { batchCardsMax } from "@scrip/domain";
import type { FromSchema } from "./schema.ts";
import { list, nullable, object, words } from "./schema.ts";
import { timeOrNull } from "./operations.ts";
import { pageItemsMax, pageQuery } from "./queries.ts";
import {
  batchIdText,
  cardIdText,
  count,
  eventIdText,
  finalityText,
  hashText,
  idInPath,
  movedAmount,
  nameText,
  timeText,
} from "./scalars.ts";

/*
 * Batches: `POST /v1/batches`, `GET /v1/batches/{id}`, `…/codes`, `…/codes/confirm`, `…/acquire`, `…/distribute`,
 * `…/left-out`.
 */

/** Cards that a request may name one by one. */
export const cardsNamedMax = 1_000;
/** Cards left out that an answer names; their number is always told. */
export const leftOutNamedMax = 1_000;
/** Steps of a batch that its answer shows: the newest. */
export const stepsShownMax = 20;

const cards = { type: "integer", minimum: 1, maximum: batchCardsMax } as const;
const order = { programId: nameText, count: cards, faceValue: movedAmount } as const;

export const batchBody = object(order, {
  /** Left out or null: never. */
  expiresAt: timeOrNull,
});
export type BatchBody = FromSchema<typeof batchBody>;

const announced = {
  batchId: batchIdText,
  ...order,
  expiresAt: timeOrNull,
  createdAt: timeText,
} as const;

export const batchCreatedAnswer = object({
  batch: object(announced),
  eventId: eventIdText,
  finality: finalityText,
});
export type BatchCreatedAnswer = FromSchema<typeof batchCreatedAnswer>;

export const batchParams = object({ id: idInPath });
export type BatchParams = FromSchema<typeof batchParams>;

/** How many cards took a step, so far or in all, and how many could not. */
const taken = { cards: count, leftOutCount: count } as const;

/** A step that all cards of a batch were asked to take. */
const batchStep = object({
  /** From 1, in the order they were begun. */
  number: count,
  act: words("ACQUIRE", "DISTRIBUTE"),
  distributor: nameText,
  status: words("RUNNING", "DONE"),
  ...taken,
  begunAt: timeText,
});
export type BatchStep = FromSchema<typeof batchStep>;

/** A batch and how far its cards have come. */
export const batchAnswer = object({
  ...announced,
  issuer: nameText,
  status: words("GENERATING", "GENERATED"),
  generated: count,
  /** The newest steps of the whole batch, the oldest of them first. */
  steps: list(batchStep, stepsShownMax),
});
export type BatchAnswer = FromSchema<typeof batchAnswer>;

/** `?offset=`: how many codes to leave out. The answer is text, one code a line. */
export const codesQuery = object({}, {
  offset: {
    type: "string",
    pattern: "^(?:0|[1-9][0-9]{0,7})$",
    maxLength: 8,
    title: "a whole number from 0 to 99999999",
  },
} as const);
export type CodesQuery = FromSchema<typeof codesQuery>;
export const offsetOf = ({ offset }: CodesQuery): number => Number(offset ?? 0);

/** What was received: how many codes, and SHA-256 of the whole download. */
export const codesConfirmBody = object({ count: cards, sha256: hashText });
export type CodesConfirmBody = FromSchema<typeof codesConfirmBody>;

export const codesConfirmAnswer = object({ batchId: batchIdText, codes: words("WIPED") });
export type CodesConfirmAnswer = FromSchema<typeof codesConfirmAnswer>;

export const acquireBody = object({ distributor: nameText });
export type AcquireBody = FromSchema<typeof acquireBody>;

export const distributeBody = object(
  {
    cards: {
      anyOf: [words("ALL"), { ...list(cardIdText, cardsNamedMax), minItems: 1, uniqueItems: true }],
    } as const,
  },
  {
    /** Default: who acquired the batch. */
    distributor: nameText,
  },
);
export type DistributeBody = FromSchema<typeof distributeBody>;

const leftOutCard = object({ cardId: cardIdText, code: { type: "string" } } as const);

/**
 * How many cards took the step and which could not; or that it goes on, and how far it is: the same key asks again, and
 * the batch itself tells, where the step has a number.
 */
export const bulkStepAnswer = {
  anyOf: [
    object({ ...taken, leftOut: list(leftOutCard, leftOutNamedMax) }),
    object({ status: words("RUNNING"), ...taken, step: nullable(count) }),
  ],
} as const;
export type BulkStepAnswer = FromSchema<typeof bulkStepAnswer>;
/** What a bulk step came to. */
export type BulkStepDone = Exclude<BulkStepAnswer, { readonly status: "RUNNING" }>;

/** `?step=distribute`: whose left-out cards. A number names one step; `acquire` and `distribute` the newest of those. */
export const leftOutQuery = object(
  {
    step: {
      type: "string",
      pattern: "^(?:generate|acquire|distribute|[1-9][0-9]{0,3})$",
      title: "generate, acquire, distribute or the number of a step",
    } as const,
  },
  pageQuery.properties,
);
export type LeftOutQuery = FromSchema<typeof leftOutQuery>;

/** Cards that could not take a step, and why. While the step goes on there is always a next page. */
export const leftOutAnswer = object({
  cards: list(leftOutCard, pageItemsMax),
  nextCursor: nullable({ type: "string" }),
});
export type LeftOutAnswer = FromSchema<typeof leftOutAnswer>;

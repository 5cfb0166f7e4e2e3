import { amountMax, nameCharsMax } from "@scrip/domain";
import { codeCharactersMax } from "../ids/codes.ts";
import { batchIdPattern, cardIdPattern, eventIdPattern } from "../ids/public-ids.ts";
import type { OperationKind } from "../ids/public-ids.ts";
import { operationIdPattern } from "../ids/public-ids.ts";
import { words } from "./schema.ts";
import { timePattern } from "./time.ts";

/** Characters of a holder reference. */
const holderCharactersMax = 128;
/** Characters of the caller's own reference of an operation. */
const referenceCharactersMax = 200;

const amountOf = (minimum: number) =>
  ({ type: "integer", minimum, maximum: Number(amountMax) }) as const;
/** Text of a form; the title says it in words, which is what whoever sends another text is told: "must be …". */
const text = (pattern: string, maxLength: number, title: string) =>
  ({ type: "string", pattern, maxLength, title }) as const;

/** Minor units that move: at least 1. */
export const movedAmount = amountOf(1);
/** Minor units that are there. */
export const standingAmount = amountOf(0);
/** A sum over many cards: decimal digits, because it may exceed what JSON numbers carry. */
export const sumText = text("^(?:0|-?[1-9][0-9]{0,38})$", 40, "a whole number in digits");
/** A number of things. */
export const count = { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;

export const unitText = text("^[A-Z]{3}$", 3, "three capital letters, like CNY or PTS");
export const timeText = text(
  timePattern,
  24,
  "a time in UTC that exists, like 2027-01-31T09:30:00Z, with milliseconds or without",
);
/** A program or participant. */
export const nameText = text(
  `^[a-z0-9][a-z0-9._-]{0,${nameCharsMax - 1}}$`,
  nameCharsMax,
  `a name of 1 to ${nameCharsMax} characters: small letters, digits and, not at its beginning, . _ -`,
);
const plainText = "text without control characters";
/** Any text without control characters: whose wallet it is, in the caller's words. */
export const holderText = {
  ...text("^[^\\u0000-\\u001f\\u007f]+$", holderCharactersMax, plainText),
  minLength: 1,
} as const;
export const referenceText = {
  ...text("^[^\\u0000-\\u001f\\u007f]+$", referenceCharactersMax, plainText),
  minLength: 1,
} as const;
/** The secret of a card. Whether it is one is found out by the parser, which has its own refusal. */
export const codeText = { type: "string", minLength: 1, maxLength: codeCharactersMax } as const;

export const cardIdText = text(cardIdPattern, 45, "a card id: card_ and 40 hexadecimal digits");
export const batchIdText = text(batchIdPattern, 38, "a batch id: batch_ and 32 hexadecimal digits");
export const eventIdText = text(eventIdPattern, 68, "an event id: evt_ and 64 hexadecimal digits");
export const operationIdText = (...kinds: readonly OperationKind[]) =>
  text(operationIdPattern(...kinds), 69, `an operation id: ${kinds.join("_ or ")}_ …`);
/** 32 bytes. */
export const hashText = text("^[0-9a-f]{64}$", 64, "32 bytes in 64 hexadecimal digits");

/** An id in a path: whatever it is, what it does not name is not found. */
export const idInPath = { type: "string", minLength: 1, maxLength: 128 } as const;

/** How final what an answer says is; it never goes backwards. */
export const finalityText = words("ACCEPTED", "COMMITTED", "REJECTED");

export const cardStatusText = words(
  "GENERATED",
  "ALLOCATED",
  "ACTIVE",
  "SUSPENDED",
  "REDEEMED",
  "EXPIRED",
  "REPLACED",
  "CANCELLED",
);

import { acceptorsPerProgramMax, backdatingDaysMaxMax, refundWindowDaysMax } from "@scrip/domain";
import type { FromSchema } from "./schema.ts";
import { list, nullable, object, orNull, words } from "./schema.ts";
import { eventIdText, finalityText, movedAmount, nameText, timeText, unitText } from "./scalars.ts";

/* Programs and participants: `POST /v1/programs`, `POST /v1/participants`. */

const version = { type: "integer", minimum: 1, maximum: Number.MAX_SAFE_INTEGER } as const;
const yesNo = { type: "boolean" } as const;

const kept = {
  programId: nameText,
  kind: words("GIFT_CARD", "POINTS"),
  unit: unitText,
  issuer: nameText,
} as const;

/** Days after a write-off in which it may be refunded; 0: never. */
const refundWindowDays = { type: "integer", minimum: 0, maximum: refundWindowDaysMax } as const;
const terms = {
  refundWindowDays,
  /** Whether a public verification may show the balance. */
  showBalance: yesNo,
} as const;

/** Left out: the default, or what the version before has; null: no such limit. */
const limits = {
  /** Whether the code alone spends a card that is bound to a holder; default: no. */
  spendByCodeWhenBound: yesNo,
  /** Largest balance that a load, an adjustment, a grant or a face value may lead to. */
  balanceMax: nullable(movedAmount),
  /** Largest single write-off. */
  spendMax: nullable(movedAmount),
  /** Largest sum of one card's write-offs in a day (UTC); cards with codes only. */
  dailySpendMax: nullable(movedAmount),
  /** Who may take the cards; null: anyone registered. */
  acceptors: orNull(list(nameText, acceptorsPerProgramMax)),
  /** Days that a write-off, refund or grant may be dated back for business; default 31. */
  backdatingDaysMax: { type: "integer", minimum: 0, maximum: backdatingDaysMaxMax },
} as const;

export const programBody = object({ ...kept, ...terms }, limits);
export type ProgramBody = FromSchema<typeof programBody>;

/** A version of a program. */
export const programText = object({
  ...kept,
  version,
  ...terms,
  ...limits,
  effectiveFrom: timeText,
});

export const programAnswer = object({
  program: programText,
  eventId: eventIdText,
  finality: finalityText,
});
export type ProgramAnswer = FromSchema<typeof programAnswer>;

/** The next version: what is left out stays as it is. */
export const programVersionBody = object(
  {},
  {
    ...terms,
    ...limits,
    effectiveFrom: {
      ...timeText,
      description:
        "From when the version rules; left out: as soon as may be. It may not be past, nor more than 366 days ahead. A " +
        "time before the ledger lets a new version rule (ten seconds after the block that holds it) is put off until " +
        "then: once COMMITTED, the answer's effectiveFrom says from when it rules. Versions rule in the order of their " +
        "numbers, and none is taken back: while one is announced that begins more than a minute from now, another that " +
        "would begin before it is PROGRAM_VERSION_PENDING.",
    },
  },
);
export type ProgramVersionBody = FromSchema<typeof programVersionBody>;

/** Versions of a program that its answer shows: the newest. */
export const programVersionsShownMax = 100;

/** A program with its versions, the newest first. */
export const programVersionsAnswer = object({
  ...kept,
  /** The version that rules now. */
  ruling: version,
  versions: list(programText, programVersionsShownMax),
});
export type ProgramVersionsAnswer = FromSchema<typeof programVersionsAnswer>;

export const participantBody = object({ participantId: nameText });
export type ParticipantBody = FromSchema<typeof participantBody>;

export const participantAnswer = object({
  participant: object({ participantId: nameText, registeredAt: timeText }),
  eventId: eventIdText,
  finality: finalityText,
});
export type ParticipantAnswer = FromSchema<typeof participantAnswer>;

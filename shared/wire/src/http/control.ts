import { refundWindowDaysMax } from "@scrip/domain";
import type { FromSchema } from "./schema.ts";
import { object, words } from "./schema.ts";
import { eventIdText, finalityText, nameText, timeText, unitText } from "./scalars.ts";

/* Programs and participants: `POST /v1/programs`, `POST /v1/participants`. */

const version = { type: "integer", minimum: 1, maximum: Number.MAX_SAFE_INTEGER } as const;
const yesNo = { type: "boolean" } as const;

const terms = {
  programId: nameText,
  kind: words("GIFT_CARD", "POINTS"),
  unit: unitText,
  issuer: nameText,
  /** Days after a write-off in which it may be refunded; 0: never. */
  refundWindowDays: { type: "integer", minimum: 0, maximum: refundWindowDaysMax },
  /** Whether a public verification may show the balance. */
  showBalance: yesNo,
} as const;

export const programBody = object(terms, {
  /** Whether the code alone spends a card that is bound to a holder; default: no. */
  spendByCodeWhenBound: yesNo,
});
export type ProgramBody = FromSchema<typeof programBody>;

export const programAnswer = object({
  program: object({ ...terms, version, spendByCodeWhenBound: yesNo, effectiveFrom: timeText }),
  eventId: eventIdText,
  finality: finalityText,
});
export type ProgramAnswer = FromSchema<typeof programAnswer>;

export const participantBody = object({ participantId: nameText });
export type ParticipantBody = FromSchema<typeof participantBody>;

export const participantAnswer = object({
  participant: object({ participantId: nameText, registeredAt: timeText }),
  eventId: eventIdText,
  finality: finalityText,
});
export type ParticipantAnswer = FromSchema<typeof participantAnswer>;

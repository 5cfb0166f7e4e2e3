import type { Reason } from "../card.ts";
import type { Amount } from "../amount.ts";
import { amountMax, dayMs, timeMaxMs } from "../limits.ts";
import type { ParticipantId, ProgramId } from "../ids.ts";
import type { Program, ProgramTerms } from "../program.ts";
import type { LimitName, Refusal } from "../refusals.ts";

/** A limit that was reached, by its name. */
export const limitExceeded = (limit: LimitName): Refusal => ({ code: "LIMIT_EXCEEDED", limit });

/** A limit of the program that is an amount, with how much it is. */
export const termExceeded = (limit: "spendMax" | "dailySpendMax", max: Amount): Refusal => ({
  code: "LIMIT_EXCEEDED",
  limit,
  max,
});

/** A balance, or a sum of a card's life, that would be above every amount. */
export const amountExceeded: Refusal = {
  code: "BALANCE_EXCEEDS_LIMIT",
  limit: "amountMax",
  max: amountMax as Amount,
};

/** What every event of a program says about the terms it was decided under. */
interface UnderTerms {
  readonly programId: ProgramId;
  readonly programVersion: number;
  readonly atMs: number;
}

/** True for whole milliseconds between the epoch and the end of the year 9999. */
const isTime = (ms: number): boolean => Number.isSafeInteger(ms) && ms >= 0 && ms <= timeMaxMs;

/** Refuses a time that no calendar can write. */
export function timeRefusal(...times: readonly (number | null)[]): Refusal | null {
  return times.every((ms) => ms === null || isTime(ms)) ? null : limitExceeded("timeMaxMs");
}

/**
 * Whether the program is the version that the event names, and ruled at the event's time.
 * Whether a successor ruled by then already is for the judge to know who keeps every version.
 */
export function termsRefusal(program: Program | null, event: UnderTerms): Refusal | null {
  if (program === null || program.programId !== event.programId)
    return { code: "PROGRAM_NOT_FOUND" };
  if (program.version !== event.programVersion) return { code: "PROGRAM_VERSION_WRONG" };
  if (event.atMs < program.effectiveFromMs) return { code: "PROGRAM_VERSION_WRONG" };
  return timeRefusal(event.atMs);
}

/** Whether the event names the issuer of its program. */
export const issuerRefusal = (
  event: { readonly issuer: ParticipantId },
  { issuer }: Program,
): Refusal | null => (event.issuer === issuer ? null : { code: "PROGRAM_VERSION_WRONG" });

/** Whether an order may give the reason: what a rejection by the ledger brings about nobody orders. */
export const reasonRefusal = ({ reason }: { readonly reason: Reason }): Refusal | null =>
  reason === "LEDGER_REJECTED" ? { code: "REASON_NOT_ALLOWED" } : null;

/** Something new must not be past its expiry already. */
export function expiryRefusal(expiresAtMs: number | null, atMs: number): Refusal | null {
  if (expiresAtMs !== null && atMs >= expiresAtMs) return { code: "CARD_EXPIRED" };
  return timeRefusal(expiresAtMs);
}

/** Refuses business dated further back than the program allows, or more than a day ahead of its event. */
export function businessRefusal(
  { backdatingDaysMax }: Pick<ProgramTerms, "backdatingDaysMax">,
  { atMs, businessAtMs }: { readonly atMs: number; readonly businessAtMs: number },
): Refusal | null {
  const refusal = timeRefusal(businessAtMs);
  if (refusal !== null) return refusal;
  if (businessAtMs < atMs - backdatingDaysMax * dayMs) return limitExceeded("backdatingDaysMax");
  return businessAtMs > atMs + dayMs ? limitExceeded("businessAt") : null;
}

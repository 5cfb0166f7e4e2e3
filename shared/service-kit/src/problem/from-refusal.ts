import type { Refusal, RefusalCode } from "@scrip/domain";
import type { ProblemCode } from "./codes.ts";
import { Problem } from "./problem.ts";

/** Only the ledger says these, to an event that lies; an honest `decide` cannot. */
type LedgerOnly =
  "VERSION_GAP" | "TIME_WENT_BACK" | "AFTER_AMOUNTS_WRONG" | "OPERATION_ALREADY_EXISTS";

/** Every refusal of the rules has its HTTP status: a new one does not compile before it is in the table. */
const codeOf = (code: Exclude<RefusalCode, LedgerOnly>): ProblemCode => code;

/** A refusal as an answer, with what the caller needs to go on (`available`, `refundable`, `unit` …). */
export function problemFromRefusal(refusal: Refusal): Problem {
  switch (refusal.code) {
    case "VERSION_GAP":
    case "TIME_WENT_BACK":
    case "AFTER_AMOUNTS_WRONG":
    case "OPERATION_ALREADY_EXISTS":
      return new Problem("INTERNAL", { cause: refusal });
    default: {
      const { code, ...more } = refusal;
      return new Problem(codeOf(code), { more: plain(more) });
    }
  }
}

/** Amounts are bigint inside and whole JSON numbers outside; none exceeds 2^53−1. */
function plain(more: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(more).map(([name, value]) => [
      name,
      typeof value === "bigint" ? Number(value) : value,
    ]),
  );
}

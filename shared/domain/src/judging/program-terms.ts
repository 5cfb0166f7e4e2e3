import { zero } from "../amount.ts";
import type { Program, ProgramTerms } from "../program.ts";
import { acceptorsPerProgramMax, backdatingDaysMaxMax, refundWindowDaysMax } from "../limits.ts";
import type { Refusal } from "../refusals.ts";
import { limitExceeded } from "./terms.ts";

/** The terms of a program or of a command about one, acceptors in ascending order. */
export const programTermsOf = (terms: ProgramTerms): ProgramTerms => ({
  refundWindowDays: terms.refundWindowDays,
  showBalance: terms.showBalance,
  spendByCodeWhenBound: terms.spendByCodeWhenBound,
  balanceMax: terms.balanceMax,
  spendMax: terms.spendMax,
  dailySpendMax: terms.dailySpendMax,
  acceptors: terms.acceptors === null ? null : [...new Set(terms.acceptors)].sort(),
  backdatingDaysMax: terms.backdatingDaysMax,
});

/** Why a program cannot have such terms. */
export function programTermsRefusal(program: Program): Refusal | null {
  const { refundWindowDays, backdatingDaysMax, acceptors } = program;
  if (!isDays(refundWindowDays, refundWindowDaysMax)) return limitExceeded("refundWindowDaysMax");
  if (!isDays(backdatingDaysMax, backdatingDaysMaxMax)) return limitExceeded("backdatingDaysMax");
  if (program.kind === "POINTS" && program.dailySpendMax !== null)
    return { code: "PROGRAM_KIND_MISMATCH" };
  const amounts = [program.balanceMax, program.spendMax, program.dailySpendMax];
  if (amounts.some((max) => max === zero)) return { code: "AMOUNT_INVALID" };
  if (acceptors === null) return null;
  if (acceptors.length > acceptorsPerProgramMax) return limitExceeded("acceptorsPerProgramMax");
  const ascending = acceptors.every((id, i) => i === 0 || (acceptors[i - 1] ?? "") < id);
  return ascending ? null : { code: "ACCEPTOR_NOT_ALLOWED" };
}

const isDays = (days: number, max: number): boolean =>
  Number.isSafeInteger(days) && days >= 0 && days <= max;

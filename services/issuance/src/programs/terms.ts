import {
  amount,
  defaultLimits,
  participantId,
  type Amount,
  type ProgramTerms,
} from "@scrip/domain";
import type { ProgramBody, ProgramVersionBody } from "@scrip/wire";

/** The terms of a new program; limits that its body does not name are the default ones. */
export const termsOf = (body: ProgramBody): ProgramTerms => ({
  refundWindowDays: body.refundWindowDays,
  showBalance: body.showBalance,
  ...defaultLimits,
  ...namedTerms(body),
});

/** The terms that a body names. */
export function namedTerms(body: ProgramVersionBody): Partial<ProgramTerms> {
  const { refundWindowDays, showBalance, spendByCodeWhenBound, backdatingDaysMax } = body;
  const { balanceMax, spendMax, dailySpendMax, acceptors } = body;
  return {
    ...(refundWindowDays === undefined ? {} : { refundWindowDays }),
    ...(showBalance === undefined ? {} : { showBalance }),
    ...(spendByCodeWhenBound === undefined ? {} : { spendByCodeWhenBound }),
    ...(backdatingDaysMax === undefined ? {} : { backdatingDaysMax }),
    ...(balanceMax === undefined ? {} : { balanceMax: limitOf(balanceMax) }),
    ...(spendMax === undefined ? {} : { spendMax: limitOf(spendMax) }),
    ...(dailySpendMax === undefined ? {} : { dailySpendMax: limitOf(dailySpendMax) }),
    ...(acceptors === undefined ? {} : { acceptors: acceptors && acceptors.map(participantId) }),
  };
}

const limitOf = (max: number | null): Amount | null => (max === null ? null : amount(max));

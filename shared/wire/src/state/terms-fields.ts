import {
  acceptorsPerProgramMax,
  backdatingDaysMaxMax,
  type ParticipantId,
  type ProgramTerms,
  refundWindowDaysMax,
} from "@scrip/domain";
import { arrayOf } from "../codec/codec.ts";
import { field, type Fields, optional } from "../codec/record.ts";
import { amountCodec, booleanCodec, nameCodec, whole } from "../codec/scalars.ts";

/** The terms of a program under the numbers of the map they stand in: an event's body or a leaf. */
export const termsFields = (
  keys: Readonly<Record<keyof ProgramTerms, number>>,
): Fields<ProgramTerms> => ({
  refundWindowDays: field(keys.refundWindowDays, whole(0, refundWindowDaysMax)),
  showBalance: field(keys.showBalance, booleanCodec),
  spendByCodeWhenBound: field(keys.spendByCodeWhenBound, booleanCodec),
  balanceMax: optional(keys.balanceMax, amountCodec),
  spendMax: optional(keys.spendMax, amountCodec),
  dailySpendMax: optional(keys.dailySpendMax, amountCodec),
  acceptors: optional(
    keys.acceptors,
    arrayOf(nameCodec<ParticipantId>(), { min: 0, max: acceptorsPerProgramMax }),
  ),
  backdatingDaysMax: field(keys.backdatingDaysMax, whole(0, backdatingDaysMaxMax)),
});

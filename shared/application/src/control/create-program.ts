import type { Amount, CreateProgram, Program, ProgramTerms } from "@scrip/domain";
import { formatTime } from "@scrip/wire";
import type { OperationPorts } from "../keyed/ports.ts";
import type { KeyedResult } from "../keyed/keyed.ts";
import { situationOf } from "../keyed/situation.ts";
import { programClaim } from "./committed.ts";
import { runControl } from "./control-operation.ts";

export type CreateProgramRequest = Omit<CreateProgram, "type" | "nowMs">;

/** Opens a program: its first version. */
export async function createProgram(
  ports: OperationPorts,
  request: CreateProgramRequest,
): Promise<KeyedResult> {
  const { opId } = request;
  const { programId, kind, unit, issuer } = request;
  return await runControl(ports, {
    type: "ProgramCreated",
    opId,
    asked: { programId, kind, unit, issuer, ...termsText(request) },
    claim: programClaim(request.programId),
    taken: { code: "PROGRAM_ALREADY_EXISTS" },
    command: (nowMs) => ({ type: "CreateProgram", nowMs, ...request }),
    situation: () =>
      situationOf(ports.registry.program(request.programId) ?? null, [], {
        participant: ports.registry.participant(request.issuer) ?? null,
      }),
    answer: ({ program }) => ({ program: programText(program) }),
  });
}

/** A version of a program as callers see it. */
export const programText = (program: Program) => ({
  programId: program.programId,
  version: program.version,
  kind: program.kind,
  unit: program.unit,
  issuer: program.issuer,
  ...termsText(program),
  effectiveFrom: formatTime(program.effectiveFromMs),
});

/** Its terms, amounts as numbers. */
const termsText = (terms: ProgramTerms) => ({
  refundWindowDays: terms.refundWindowDays,
  showBalance: terms.showBalance,
  spendByCodeWhenBound: terms.spendByCodeWhenBound,
  balanceMax: numberOf(terms.balanceMax),
  spendMax: numberOf(terms.spendMax),
  dailySpendMax: numberOf(terms.dailySpendMax),
  acceptors: terms.acceptors,
  backdatingDaysMax: terms.backdatingDaysMax,
});

const numberOf = (amount: Amount | null): number | null => amount && Number(amount);

import type { CreateProgram } from "../commands.ts";
import type { Consequence, Decision, Situation } from "../decision.ts";
import type { ProgramCreated } from "../events.ts";
import { refundWindowDaysMax } from "../limits.ts";
import type { Refusal } from "../refusals.ts";
import { submit, untouched } from "../judging/submit.ts";
import { timeRefusal } from "../judging/terms.ts";

/** A program begins: its first version, which rules from the event's own time. */
export function decideCreateProgram(situation: Situation, command: CreateProgram): Decision {
  const { actor, opId, nowMs: atMs } = command;
  const event: ProgramCreated = {
    type: "ProgramCreated",
    atMs,
    actor,
    opId,
    program: {
      programId: command.programId,
      version: 1,
      kind: command.kind,
      unit: command.unit,
      issuer: command.issuer,
      refundWindowDays: command.refundWindowDays,
      showBalance: command.showBalance,
      spendByCodeWhenBound: command.spendByCodeWhenBound,
      effectiveFromMs: atMs,
    },
  };
  return submit(event, admitCreateProgram(situation, event));
}

/** A program id exists once; its first version is 1 and rules no time before itself. */
export function admitCreateProgram(situation: Situation, event: ProgramCreated): Refusal | null {
  const { version, effectiveFromMs, refundWindowDays } = event.program;
  if (situation.program !== null) return { code: "PROGRAM_ALREADY_EXISTS" };
  if (version !== 1 || effectiveFromMs !== event.atMs) return { code: "PROGRAM_VERSION_WRONG" };
  const whole = Number.isSafeInteger(refundWindowDays) && refundWindowDays >= 0;
  if (!whole || refundWindowDays > refundWindowDaysMax) return { code: "LIMIT_EXCEEDED" };
  return timeRefusal(event.atMs);
}

/** Leaves the program behind. */
export function evolveCreateProgram(_: Situation, event: ProgramCreated): Consequence {
  return { ...untouched, program: event.program };
}

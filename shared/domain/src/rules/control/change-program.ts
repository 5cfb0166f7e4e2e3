import type { ChangeProgram } from "../../commands.ts";
import type { Consequence, Decision, Situation } from "../../decision.ts";
import type { ProgramChanged } from "../../events.ts";
import { programVersionMax } from "../../limits.ts";
import type { Program } from "../../program.ts";
import type { Refusal } from "../../refusals.ts";
import { programTermsOf, programTermsRefusal } from "../../judging/program-terms.ts";
import { refuse, submit, untouched } from "../../judging/submit.ts";
import { limitExceeded, timeRefusal } from "../../judging/terms.ts";

/** The next version of a program. The situation's program is its newest version, which may not rule yet. */
export function decideChangeProgram(situation: Situation, command: ChangeProgram): Decision {
  const { program: before } = situation;
  if (before === null) return refuse({ code: "PROGRAM_NOT_FOUND" });
  const { actor, opId } = command;
  const atMs = command.nowMs;
  const effectiveFromMs = Math.max(command.effectiveFromMs ?? atMs, before.effectiveFromMs, atMs);
  const version = before.version + 1;
  const program = { ...before, ...programTermsOf(command), version, effectiveFromMs };
  const event: ProgramChanged = { type: "ProgramChanged", atMs, actor, opId, program };
  return submit(event, admitChangeProgram(situation, event));
}

/**
 * The version after the one in the situation, of the same kind, unit and issuer, ruling no time before itself or
 * before its predecessor. Not judged here, because it cannot be seen from here: that the predecessor is the newest.
 */
export function admitChangeProgram(situation: Situation, event: ProgramChanged): Refusal | null {
  const { program: before } = situation;
  const { program, atMs } = event;
  if (before === null || before.programId !== program.programId)
    return { code: "PROGRAM_NOT_FOUND" };
  if (program.version > programVersionMax) return limitExceeded("programVersionMax");
  const { effectiveFromMs } = program;
  const inTime = effectiveFromMs >= atMs && effectiveFromMs >= before.effectiveFromMs;
  const follows = program.version === before.version + 1 && isSame(before, program);
  if (!follows || !inTime) return { code: "PROGRAM_VERSION_WRONG" };
  return programTermsRefusal(program) ?? timeRefusal(atMs, effectiveFromMs);
}

const isSame = (a: Program, b: Program): boolean =>
  a.kind === b.kind && a.unit === b.unit && a.issuer === b.issuer;

/** Leaves the new version behind; the one before it rules until then. */
export const evolveChangeProgram = (_: Situation, event: ProgramChanged): Consequence => ({
  ...untouched,
  program: event.program,
});

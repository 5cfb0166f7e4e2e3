import type { CreateProgram } from "../../commands.ts";
import type { Consequence, Decision, Situation } from "../../decision.ts";
import type { ProgramCreated } from "../../events.ts";
import type { Refusal } from "../../refusals.ts";
import { programTermsRefusal, programTermsOf } from "../../judging/program-terms.ts";
import { submit, untouched } from "../../judging/submit.ts";
import { timeRefusal } from "../../judging/terms.ts";

/** A program begins: its first version, which rules from the event's own time. */
export function decideCreateProgram(situation: Situation, command: CreateProgram): Decision {
  const { actor, opId, nowMs: atMs, programId, kind, unit, issuer } = command;
  const event: ProgramCreated = {
    type: "ProgramCreated",
    atMs,
    actor,
    opId,
    program: {
      programId,
      version: 1,
      kind,
      unit,
      issuer,
      ...programTermsOf(command),
      effectiveFromMs: atMs,
    },
  };
  return submit(event, admitCreateProgram(situation, event));
}

/** A program id exists once; its first version is 1 and rules no time before itself. */
export function admitCreateProgram(situation: Situation, event: ProgramCreated): Refusal | null {
  const { version, effectiveFromMs } = event.program;
  if (situation.program !== null) return { code: "PROGRAM_ALREADY_EXISTS" };
  if (version !== 1 || effectiveFromMs !== event.atMs) return { code: "PROGRAM_VERSION_WRONG" };
  return programTermsRefusal(event.program) ?? timeRefusal(event.atMs);
}

/** Leaves the program behind. */
export function evolveCreateProgram(_: Situation, event: ProgramCreated): Consequence {
  return { ...untouched, program: event.program };
}

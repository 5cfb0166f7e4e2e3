import type { Caller } from "@scrip/ports";
import { Problem } from "../problem/problem.ts";

/** Whether the caller's scope holds this program. */
export const mayUseProgram = ({ scope }: Caller, programId: string): boolean =>
  scope.programs === "*" || scope.programs.includes(programId);

/** Whether the caller may act as, or for, this participant. */
export const mayActFor = ({ scope, participantId }: Caller, participant: string): boolean =>
  participant === participantId ||
  scope.participants === "*" ||
  scope.participants.includes(participant);

/** Whether the caller's scope is everything. */
export const seesEverything = ({ scope }: Caller): boolean =>
  scope.programs === "*" && scope.participants === "*";

/** Whether all that `given` may do the caller may do too: nobody hands out, or takes away, more than they have. */
export function mayGrant(caller: Caller, given: Caller): boolean {
  const { programs, participants, holdersAct } = given.scope;
  return (
    mayActFor(caller, given.participantId) &&
    holds(caller.scope.programs, programs) &&
    holds(caller.scope.participants, participants, caller.participantId) &&
    (caller.scope.holdersAct || !holdersAct)
  );
}

type Names = "*" | readonly string[];
const holds = (all: Names, some: Names, own?: string): boolean =>
  all === "*" || (some !== "*" && some.every((name) => name === own || all.includes(name)));

/** @throws Problem PERMISSION_DENIED */
export function requireProgram(caller: Caller, programId: string): void {
  if (!mayUseProgram(caller, programId)) deny("The key's scope does not hold this program.");
}

/** @throws Problem PERMISSION_DENIED */
export function requireParticipant(caller: Caller, participant: string): void {
  if (!mayActFor(caller, participant)) deny("The key's scope does not hold this participant.");
}

/** Binding, viewing and spending wallets. @throws Problem PERMISSION_DENIED */
export function requireHoldersAct({ scope }: Caller): void {
  if (!scope.holdersAct) deny("The key's scope does not hold holders:act.");
}

function deny(detail: string): never {
  throw new Problem("PERMISSION_DENIED", { detail });
}

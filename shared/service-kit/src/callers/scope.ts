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

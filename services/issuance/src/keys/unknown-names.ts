import type { FirstUse } from "@scrip/application";
import { participantId, programId } from "@scrip/domain";
import type { Caller, Registry, Role } from "@scrip/ports";
import type { KeyMadeAnswer } from "@scrip/wire";

/** Roles whose participants stand in events, and so have to be registered. */
const partiesToEvents: readonly Role[] = ["ISSUER", "DISTRIBUTOR", "ACCEPTOR"];

/**
 * What a key names that is not COMMITTED. Keys may be made ahead of their programs and participants; whoever made a
 * slip learns it here.
 */
export function unknownTo(
  registry: Registry,
  { registers }: FirstUse,
  { participantId: own, role, scope }: Caller,
): Pick<KeyMadeAnswer, "unknownPrograms" | "unknownParticipants"> {
  const programs = scope.programs === "*" ? [] : scope.programs;
  const others = scope.participants === "*" ? [] : scope.participants;
  const named = partiesToEvents.includes(role) ? [own, ...others] : others;
  return {
    unknownPrograms: programs.filter((name) => registry.program(programId(name)) === undefined),
    unknownParticipants: registers
      ? []
      : [...new Set(named)].filter(
          (name) => registry.participant(participantId(name)) === undefined,
        ),
  };
}

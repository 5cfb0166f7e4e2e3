import type { CreateProgram } from "@scrip/domain";
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
  const { actor: _actor, opId, ...asked } = request;
  return await runControl(ports, {
    type: "ProgramCreated",
    opId,
    asked,
    claim: programClaim(request.programId),
    taken: { code: "PROGRAM_ALREADY_EXISTS" },
    command: (nowMs) => ({ type: "CreateProgram", nowMs, ...request }),
    situation: () =>
      situationOf(ports.registry.program(request.programId) ?? null, [], {
        participant: ports.registry.participant(request.issuer) ?? null,
      }),
    answer: ({ program: { effectiveFromMs, ...program } }) => ({
      program: { ...program, effectiveFrom: formatTime(effectiveFromMs) },
    }),
  });
}

import type { OpId, ParticipantId } from "@scrip/domain";
import { formatTime, opIdOf } from "@scrip/wire";
import type { OperationPorts } from "../keyed/ports.ts";
import type { KeyedResult } from "../keyed/keyed.ts";
import { situationOf } from "../keyed/situation.ts";
import type { Committed } from "./committed.ts";
import { committedParticipant, participantClaim } from "./committed.ts";
import { runControl } from "./control-operation.ts";

export interface RegisterRequest {
  readonly opId: OpId;
  readonly actor: ParticipantId;
  readonly participantId: ParticipantId;
}

/** Registers an organisation, so that events may name it. */
export async function registerParticipant(
  ports: OperationPorts,
  request: RegisterRequest,
): Promise<KeyedResult> {
  const { opId, participantId } = request;
  return await runControl(ports, {
    type: "ParticipantRegistered",
    opId,
    asked: { participantId },
    claim: participantClaim(participantId),
    taken: { code: "PARTICIPANT_ALREADY_EXISTS" },
    command: (nowMs) => ({ type: "RegisterParticipant", nowMs, ...request }),
    situation: () =>
      situationOf(null, [], { participant: ports.registry.participant(participantId) ?? null }),
    answer: ({ participant }) => ({
      participant: {
        participantId: participant.participantId,
        registeredAt: formatTime(participant.registeredAtMs),
      },
    }),
  });
}

/** Who may be named before anybody registered them. */
export interface FirstUse {
  /** True in a fresh local data directory; elsewhere an operator registers participants. */
  readonly registers: boolean;
  readonly operator: ParticipantId;
}

/** A participant that an event is about to name: COMMITTED, or registered on first use where that is allowed. */
export async function knownParticipant(
  ports: OperationPorts,
  firstUse: FirstUse,
  participantId: ParticipantId,
): Promise<Committed<unknown>> {
  const found = await committedParticipant(ports, participantId);
  if (found.kind !== "NOT_FOUND" || !firstUse.registers) return found;
  // No HTTP key holds a control character, so this key cannot be anybody's own.
  const key = opIdOf(ports.hash, firstUse.operator, `\u0001participant ${participantId}`);
  await registerParticipant(ports, { opId: key, actor: firstUse.operator, participantId });
  return await committedParticipant(ports, participantId);
}

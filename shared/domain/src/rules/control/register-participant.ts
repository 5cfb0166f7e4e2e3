import type { RegisterParticipant } from "../../commands.ts";
import type { Consequence, Decision, Situation } from "../../decision.ts";
import type { ParticipantRegistered } from "../../events.ts";
import type { Refusal } from "../../refusals.ts";
import { submit, untouched } from "../../judging/submit.ts";
import { timeRefusal } from "../../judging/terms.ts";

/** An organisation gets a name on the ledger. */
export function decideRegisterParticipant(
  situation: Situation,
  command: RegisterParticipant,
): Decision {
  const { actor, opId, participantId, nowMs: atMs } = command;
  const participant = { participantId, registeredAtMs: atMs };
  const event: ParticipantRegistered = {
    type: "ParticipantRegistered",
    atMs,
    actor,
    opId,
    participant,
  };
  return submit(event, admitRegisterParticipant(situation, event));
}

/** A participant id exists once, registered when its event says. */
export function admitRegisterParticipant(
  situation: Situation,
  event: ParticipantRegistered,
): Refusal | null {
  if (situation.participant !== null) return { code: "PARTICIPANT_ALREADY_EXISTS" };
  if (event.participant.registeredAtMs !== event.atMs) return { code: "TIME_WENT_BACK" };
  return timeRefusal(event.atMs);
}

/** Leaves the participant behind. */
export function evolveRegisterParticipant(_: Situation, event: ParticipantRegistered): Consequence {
  return { ...untouched, participant: event.participant };
}

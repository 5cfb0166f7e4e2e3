import type { CardRequest, OperationPorts } from "@scrip/application";
import { participantId } from "@scrip/domain";
import {
  Problem,
  callerOf,
  idempotencyKeyOf,
  mayActFor,
  mayKnow,
  mayUseProgram,
} from "@scrip/service-kit";
import { opIdOf, parseCardId } from "@scrip/wire";
import type { Card } from "@scrip/domain";
import type { FastifyRequest } from "fastify";

/** Whether the caller may give orders about a card: program and issuer are in the key's scope. */
export function mayOrder(request: FastifyRequest): (card: Card) => boolean {
  const caller = callerOf(request);
  return ({ programId, issuer }) =>
    mayKnow(request, mayUseProgram(caller, programId) && mayActFor(caller, issuer));
}

/** What a request about the card in its path says. @throws Problem CARD_NOT_FOUND for an id that is none */
export function cardRequest(
  { hash }: Pick<OperationPorts, "hash">,
  request: FastifyRequest<{ Params: { readonly id: string } }>,
): CardRequest {
  const caller = callerOf(request);
  const cardId = parseCardId(request.params.id);
  if (cardId === null) throw new Problem("CARD_NOT_FOUND");
  return {
    opId: opIdOf(hash, caller.participantId, idempotencyKeyOf(request)),
    caller: participantId(caller.participantId),
    cardId,
    maySee: mayOrder(request),
  };
}

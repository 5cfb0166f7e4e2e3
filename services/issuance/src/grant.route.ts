import {
  committedProgram,
  grantPoints,
  knownParticipant,
  operationAnswer,
} from "@scrip/application";
import { amount, participantId, programId } from "@scrip/domain";
import {
  businessTime,
  callerOf,
  idempotencyKeyOf,
  requireCommitted,
  requireParticipant,
  requireProgram,
  sendAnswer,
  type DependencyContainer,
} from "@scrip/service-kit";
import { grantAnswer, grantBody, opIdOf, parseTimeOrNull, waitMsOf, waitQuery } from "@scrip/wire";
import type { GrantBody, WaitQuery } from "@scrip/wire";
import type { FastifyInstance } from "fastify";
import { requireToCome } from "./cards/to-come.ts";
import { tokens } from "./tokens.ts";

/** `POST /v1/points-grants`: a new lot for a holder. */
export function grantRoute(app: FastifyInstance, container: DependencyContainer): void {
  const ports = container.resolve(tokens.ports);
  const answering = container.resolve(tokens.answering);
  const firstUse = container.resolve(tokens.firstUse);

  app.post<{ Body: GrantBody; Querystring: WaitQuery }>(
    "/v1/points-grants",
    {
      config: { access: ["ISSUER"], idempotent: true },
      schema: { body: grantBody, querystring: waitQuery, response: { 200: grantAnswer } },
    },
    async (request, reply) => {
      const { body } = request;
      const caller = callerOf(request);
      const businessAtMs = businessTime(parseTimeOrNull(body.businessAt), ports.clock.nowMs());
      requireProgram(caller, body.programId);
      const lookup = await committedProgram(ports, programId(body.programId));
      requireParticipant(caller, requireCommitted(lookup, "PROGRAM_NOT_FOUND").issuer);
      const opId = opIdOf(ports.hash, caller.participantId, idempotencyKeyOf(request));
      const expiresAtMs = parseTimeOrNull(body.expiresAt);
      await requireToCome(ports, opId, { field: "expiresAt", atMs: expiresAtMs });
      const acceptor = body.acceptor === undefined ? null : participantId(body.acceptor);
      if (acceptor !== null) {
        requireCommitted(
          await knownParticipant(ports, firstUse, acceptor),
          "PARTICIPANT_NOT_FOUND",
        );
      }
      const result = await grantPoints(ports, {
        opId,
        caller: participantId(caller.participantId),
        programId: programId(body.programId),
        holder: body.holder,
        amount: amount(body.amount),
        expiresAtMs,
        acceptor,
        reference: body.reference ?? null,
        businessAtMs,
      });
      return sendAnswer(reply, await operationAnswer(result, answering, waitMsOf(request.query)));
    },
  );
}

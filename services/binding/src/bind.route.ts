import { bindCard, operationAnswer } from "@scrip/application";
import { participantId } from "@scrip/domain";
import {
  Problem,
  callerOf,
  idempotencyKeyOf,
  mayKnow,
  mayUseProgram,
  requireHoldersAct,
  sendAnswer,
  type DependencyContainer,
} from "@scrip/service-kit";
import {
  bindingAnswer,
  bindingBody,
  cardIdOfCode,
  opIdOf,
  parseCode,
  waitMsOf,
  waitQuery,
} from "@scrip/wire";
import type { BindingBody, WaitQuery } from "@scrip/wire";
import type { FastifyInstance } from "fastify";
import { tokens } from "./tokens.ts";

/** `POST /v1/bindings`: puts the card of a code into a holder's wallet. */
export function bindRoute(app: FastifyInstance, container: DependencyContainer): void {
  const ports = container.resolve(tokens.ports);
  const turns = container.resolve(tokens.turns);
  const answering = container.resolve(tokens.answering);

  app.post<{ Body: BindingBody; Querystring: WaitQuery }>(
    "/v1/bindings",
    {
      config: { access: ["ACCEPTOR", "ISSUER"], idempotent: true },
      schema: { body: bindingBody, querystring: waitQuery, response: { 200: bindingAnswer } },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      requireHoldersAct(caller);
      const code = parseCode(request.body.code);
      if (code === null) throw new Problem("CARD_CODE_MALFORMED");
      const result = await bindCard(ports, turns, {
        opId: opIdOf(ports.hash, caller.participantId, idempotencyKeyOf(request)),
        caller: participantId(caller.participantId),
        cardId: cardIdOfCode(ports.hash, code),
        holder: request.body.holder,
        maySee: ({ programId }) => mayKnow(request, mayUseProgram(caller, programId)),
      });
      return sendAnswer(reply, await operationAnswer(result, answering, waitMsOf(request.query)));
    },
  );
}

import { registerParticipant } from "@scrip/application";
import { participantId } from "@scrip/domain";
import { callerOf, idempotencyKeyOf, type DependencyContainer } from "@scrip/service-kit";
import { opIdOf, participantAnswer, participantBody, type ParticipantBody } from "@scrip/wire";
import type { FastifyInstance } from "fastify";
import { sendControlAnswer } from "./control-answer.ts";
import { tokens } from "./tokens.ts";

/** `POST /v1/participants`: an operator registers an organisation. */
export function participantRoute(app: FastifyInstance, container: DependencyContainer): void {
  const ports = container.resolve(tokens.ports);
  const finality = container.resolve(tokens.finality);

  app.post<{ Body: ParticipantBody }>(
    "/v1/participants",
    {
      config: { access: ["OPERATOR"], idempotent: true },
      schema: {
        body: participantBody,
        response: { 201: participantAnswer, 202: participantAnswer },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const result = await registerParticipant(ports, {
        opId: opIdOf(ports.hash, caller.participantId, idempotencyKeyOf(request)),
        actor: participantId(caller.participantId),
        participantId: participantId(request.body.participantId),
      });
      return await sendControlAnswer(reply, result, finality);
    },
  );
}

import { operationAnswer, refund } from "@scrip/application";
import { amount, participantId } from "@scrip/domain";
import {
  Problem,
  businessTime,
  callerOf,
  idempotencyKeyOf,
  mayActFor,
  mayKnow,
  mayUseProgram,
  sendAnswer,
  type DependencyContainer,
} from "@scrip/service-kit";
import {
  opIdOf,
  parseOperationId,
  parseTimeOrNull,
  refundAnswer,
  refundBody,
  waitMsOf,
  waitQuery,
  writeOffParams,
} from "@scrip/wire";
import type { RefundBody, WaitQuery, WriteOffParams } from "@scrip/wire";
import type { FastifyInstance } from "fastify";
import { tokens } from "./tokens.ts";

/** `POST /v1/write-offs/{id}/refund`: gives back (part of) a sale. */
export function refundRoute(app: FastifyInstance, container: DependencyContainer): void {
  const ports = container.resolve(tokens.ports);
  const turns = container.resolve(tokens.turns);
  const answering = container.resolve(tokens.answering);

  app.post<{ Body: RefundBody; Params: WriteOffParams; Querystring: WaitQuery }>(
    "/v1/write-offs/:id/refund",
    {
      config: { access: ["ACCEPTOR"], idempotent: true },
      schema: {
        body: refundBody,
        params: writeOffParams,
        querystring: waitQuery,
        response: { 200: refundAnswer },
      },
    },
    async (request, reply) => {
      const { body, params } = request;
      const caller = callerOf(request);
      const sale = parseOperationId(params.id);
      if (sale === null) throw new Problem("WRITE_OFF_NOT_FOUND");
      const result = await refund(ports, turns, {
        opId: opIdOf(ports.hash, caller.participantId, idempotencyKeyOf(request)),
        caller: participantId(caller.participantId),
        writeOff: sale,
        amount: amount(body.amount),
        reason: body.reason ?? null,
        businessAtMs: businessTime(parseTimeOrNull(body.businessAt), ports.clock.nowMs()),
        mayActFor: (acceptor, program) =>
          mayKnow(request, mayActFor(caller, acceptor) && mayUseProgram(caller, program)),
      });
      return sendAnswer(reply, await operationAnswer(result, answering, waitMsOf(request.query)));
    },
  );
}

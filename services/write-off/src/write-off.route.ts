import {
  knownParticipant,
  operationAnswer,
  writeOff,
  type WriteOffRequest,
} from "@scrip/application";
import { amount, participantId, unit } from "@scrip/domain";
import {
  businessTime,
  callerOf,
  idempotencyKeyOf,
  mayKnow,
  mayUseProgram,
  requireCommitted,
  requireParticipant,
  sendAnswer,
  type DependencyContainer,
} from "@scrip/service-kit";
import {
  opIdOf,
  parseTimeOrNull,
  waitMsOf,
  waitQuery,
  writeOffAnswer,
  writeOffBody,
} from "@scrip/wire";
import type { WaitQuery, WriteOffBody } from "@scrip/wire";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { shownTender } from "./tender.ts";
import { tokens } from "./tokens.ts";

/** `POST /v1/write-offs`: a sale. */
export function writeOffRoute(app: FastifyInstance, container: DependencyContainer): void {
  const ports = container.resolve(tokens.ports);
  const turns = container.resolve(tokens.turns);
  const answering = container.resolve(tokens.answering);
  const firstUse = container.resolve(tokens.firstUse);

  const requestOf = (request: FastifyRequest<{ Body: WriteOffBody }>): WriteOffRequest => {
    const { body } = request;
    const caller = callerOf(request);
    const [tender] = body.tenders;
    return {
      opId: opIdOf(ports.hash, caller.participantId, idempotencyKeyOf(request)),
      caller: participantId(caller.participantId),
      acceptor: participantId(body.acceptor),
      amount: amount(body.amount),
      unit: body.unit === undefined ? null : unit(body.unit),
      tender: shownTender(ports.hash, caller, tender),
      allowPartial: body.allowPartial ?? false,
      minimumAvailable: amount(body.minimumAvailable ?? 0),
      reference: body.reference ?? null,
      businessAtMs: businessTime(parseTimeOrNull(body.businessAt), ports.clock.nowMs()),
      maySee: (program) => mayKnow(request, mayUseProgram(caller, program)),
    };
  };

  app.post<{ Body: WriteOffBody; Querystring: WaitQuery }>(
    "/v1/write-offs",
    {
      config: { access: ["ACCEPTOR"], idempotent: true },
      schema: { body: writeOffBody, querystring: waitQuery, response: { 200: writeOffAnswer } },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      requireParticipant(caller, request.body.acceptor);
      const asked = requestOf(request);
      const acceptor = await knownParticipant(ports, firstUse, asked.acceptor);
      requireCommitted(acceptor, "PARTICIPANT_NOT_FOUND");
      const result = await writeOff(ports, turns, asked);
      return sendAnswer(reply, await operationAnswer(result, answering, waitMsOf(request.query)));
    },
  );
}

import { createProgram, knownParticipant } from "@scrip/application";
import { participantId, programId, unit } from "@scrip/domain";
import {
  callerOf,
  idempotencyKeyOf,
  requireCommitted,
  requireParticipant,
  requireProgram,
  type DependencyContainer,
} from "@scrip/service-kit";
import { opIdOf, programAnswer, programBody, type ProgramBody } from "@scrip/wire";
import type { FastifyInstance } from "fastify";
import { refuseNew } from "../cards/to-come.ts";
import { sendControlAnswer } from "../control-answer.ts";
import { tokens } from "../tokens.ts";
import { programFaults } from "./term-faults.ts";
import { termsOf } from "./terms.ts";

/** `POST /v1/programs`: opens a program. */
export function programRoute(app: FastifyInstance, container: DependencyContainer): void {
  const ports = container.resolve(tokens.ports);
  const finality = container.resolve(tokens.finality);
  const firstUse = container.resolve(tokens.firstUse);

  app.post<{ Body: ProgramBody }>(
    "/v1/programs",
    {
      config: { access: ["ISSUER"], idempotent: true },
      schema: { body: programBody, response: { 201: programAnswer, 202: programAnswer } },
    },
    async (request, reply) => {
      const { body } = request;
      const caller = callerOf(request);
      requireParticipant(caller, body.issuer);
      requireProgram(caller, body.programId);
      const opId = opIdOf(ports.hash, caller.participantId, idempotencyKeyOf(request));
      const terms = termsOf(body);
      await refuseNew(ports, opId, programFaults(body, terms));
      const issuer = participantId(body.issuer);
      requireCommitted(await knownParticipant(ports, firstUse, issuer), "PARTICIPANT_NOT_FOUND");
      const result = await createProgram(ports, {
        opId,
        actor: participantId(caller.participantId),
        programId: programId(body.programId),
        kind: body.kind,
        unit: unit(body.unit),
        issuer,
        ...terms,
      });
      return await sendControlAnswer(reply, result, finality);
    },
  );
}

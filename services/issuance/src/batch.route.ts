import {
  batchIdOf,
  batchText,
  committedProgram,
  controlWaitMs,
  createBatch,
  operationAnswer,
} from "@scrip/application";
import { amount, participantId, programId } from "@scrip/domain";
import {
  callerOf,
  idempotencyKeyOf,
  requireCommitted,
  requireParticipant,
  requireProgram,
  sendAnswer,
  type DependencyContainer,
} from "@scrip/service-kit";
import {
  batchAnswer,
  batchBody,
  batchCreatedAnswer,
  batchParams,
  opIdOf,
  parseTime,
} from "@scrip/wire";
import type { BatchBody, BatchParams } from "@scrip/wire";
import type { FastifyInstance } from "fastify";
import { callerBatch } from "./caller-batch.ts";
import { tokens } from "./tokens.ts";

/** `POST /v1/batches` (202, then progress) and `GET /v1/batches/{id}`. */
export function batchRoutes(app: FastifyInstance, container: DependencyContainer): void {
  const ports = container.resolve(tokens.ports);
  const vault = container.resolve(tokens.batchVault);
  const finality = container.resolve(tokens.finality);
  const generation = container.resolve(tokens.generation);

  app.post<{ Body: BatchBody }>(
    "/v1/batches",
    {
      config: { access: ["ISSUER"], idempotent: true },
      schema: { body: batchBody, response: { 202: batchCreatedAnswer } },
    },
    async (request, reply) => {
      const { body } = request;
      const caller = callerOf(request);
      requireProgram(caller, body.programId);
      const lookup = await committedProgram(ports, programId(body.programId));
      requireParticipant(caller, requireCommitted(lookup, "PROGRAM_NOT_FOUND").issuer);
      const opId = opIdOf(ports.hash, caller.participantId, idempotencyKeyOf(request));
      const result = await createBatch(ports, vault, {
        opId,
        actor: participantId(caller.participantId),
        programId: programId(body.programId),
        count: body.count,
        faceValue: amount(body.faceValue),
        expiresAtMs: body.expiresAt == null ? null : parseTime(body.expiresAt),
      });
      const answer = await operationAnswer(result, finality, controlWaitMs);
      // The cards may be generated from here on; a crash before this line is made good when the process starts.
      const batch = ports.registry.batch(batchIdOf(opId));
      if (batch !== undefined) generation.ensure(batch);
      return sendAnswer(reply, answer, 202);
    },
  );

  app.get<{ Params: BatchParams }>(
    "/v1/batches/:id",
    {
      config: { access: ["ISSUER", "DISTRIBUTOR", "OPERATOR"] },
      schema: { params: batchParams, response: { 200: batchAnswer } },
    },
    async (request) => {
      const batch = await callerBatch(ports, callerOf(request), request.params.id);
      return { ...batchText(batch), issuer: batch.issuer, ...(await generation.progress(batch)) };
    },
  );
}

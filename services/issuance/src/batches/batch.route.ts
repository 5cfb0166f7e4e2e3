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
  parseTimeOrNull,
} from "@scrip/wire";
import type { BatchAnswer, BatchBody, BatchParams } from "@scrip/wire";
import type { FastifyInstance } from "fastify";
import { callerBatch } from "./caller-batch.ts";
import { requireToCome } from "../cards/expiry.ts";
import { tokens } from "../tokens.ts";

/** `POST /v1/batches` (202, then progress) and `GET /v1/batches/{id}`. */
export function batchRoutes(app: FastifyInstance, container: DependencyContainer): void {
  const ports = container.resolve(tokens.ports);
  const vault = container.resolve(tokens.batchVault);
  const finality = container.resolve(tokens.finality);
  const generation = container.resolve(tokens.generation);
  const steps = container.resolve(tokens.bulkSteps);

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
      const opId = opIdOf(ports.hash, caller.participantId, idempotencyKeyOf(request));
      const expiresAtMs = parseTimeOrNull(body.expiresAt);
      await requireToCome(ports, opId, expiresAtMs);
      const lookup = await committedProgram(ports, programId(body.programId));
      requireParticipant(caller, requireCommitted(lookup, "PROGRAM_NOT_FOUND").issuer);
      const result = await createBatch(ports, vault, {
        opId,
        actor: participantId(caller.participantId),
        programId: programId(body.programId),
        count: body.count,
        faceValue: amount(body.faceValue),
        expiresAtMs,
      });
      const eventId = result.kind === "OUTCOME" ? result.outcome.eventId : null;
      if (eventId !== null) generation.expect(batchIdOf(opId), eventId);
      const answering = { finality, receipts: null };
      return sendAnswer(reply, await operationAnswer(result, answering, controlWaitMs), 202);
    },
  );

  app.get<{ Params: BatchParams }>(
    "/v1/batches/:id",
    {
      config: { access: ["ISSUER", "DISTRIBUTOR", "OPERATOR"] },
      schema: { params: batchParams, response: { 200: batchAnswer } },
    },
    async (request): Promise<BatchAnswer> => {
      const batch = await callerBatch(ports, callerOf(request), request.params.id);
      const progress = await generation.progress(batch);
      const taken = await steps.stepsOf(batch);
      return { ...batchText(batch), issuer: batch.issuer, ...progress, steps: taken };
    },
  );
}

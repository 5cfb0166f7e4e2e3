import { knownParticipant, operationAnswer, type BulkStep } from "@scrip/application";
import { participantId, type Batch, type ParticipantId } from "@scrip/domain";
import type { CardStore } from "@scrip/ports";
import {
  callerOf,
  idempotencyKeyOf,
  requireCommitted,
  requireParticipant,
  sendAnswer,
  type DependencyContainer,
} from "@scrip/service-kit";
import {
  acquireBody,
  batchParams,
  bulkStepAnswer,
  distributeBody,
  formatBatchId,
  opIdOf,
  parseCardId,
} from "@scrip/wire";
import type { AcquireBody, BatchParams, DistributeBody } from "@scrip/wire";
import type { FastifyInstance, FastifyReply } from "fastify";
import { callerBatch, requireGenerated } from "./caller-batch.ts";
import { tokens } from "../tokens.ts";

const response = { 200: bulkStepAnswer, 202: bulkStepAnswer };

/** `POST /v1/batches/{id}/acquire` and `/distribute`: one step of many cards; 202 while it goes on. */
export function stepRoutes(app: FastifyInstance, container: DependencyContainer): void {
  const ports = container.resolve(tokens.ports);
  const finality = container.resolve(tokens.finality);
  const firstUse = container.resolve(tokens.firstUse);
  const generation = container.resolve(tokens.generation);
  const steps = container.resolve(tokens.bulkSteps);

  const run = async (reply: FastifyReply, step: BulkStep) => {
    await requireGenerated(generation, step.batch);
    const result = await steps.run(step);
    if (result.kind === "RUNNING") {
      const { progress, number } = result;
      const location = `/v1/batches/${formatBatchId(step.batch.batchId)}`;
      const body = { status: "RUNNING", ...progress, step: number };
      return reply.code(202).headers({ location, "retry-after": "2" }).send(body);
    }
    return sendAnswer(reply, await operationAnswer(result, { finality, receipts: null }, 0));
  };
  const known = async (participant: ParticipantId): Promise<void> => {
    const lookup = await knownParticipant(ports, firstUse, participant);
    requireCommitted(lookup, "PARTICIPANT_NOT_FOUND");
  };

  app.post<{ Params: BatchParams; Body: AcquireBody }>(
    "/v1/batches/:id/acquire",
    {
      config: { access: ["DISTRIBUTOR"], idempotent: true },
      schema: { params: batchParams, body: acquireBody, response },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const actor = participantId(caller.participantId);
      const distributor = participantId(request.body.distributor);
      requireParticipant(caller, distributor);
      const batch = await callerBatch(ports, caller, request.params.id);
      await known(distributor);
      return await run(reply, {
        opId: opIdOf(ports.hash, actor, idempotencyKeyOf(request)),
        batch,
        cards: "ALL",
        act: "ACQUIRE",
        actor,
        distributor,
        named: distributor,
      });
    },
  );

  app.post<{ Params: BatchParams; Body: DistributeBody }>(
    "/v1/batches/:id/distribute",
    {
      config: { access: ["DISTRIBUTOR", "ISSUER"], idempotent: true },
      schema: { params: batchParams, body: distributeBody, response },
    },
    async (request, reply) => {
      const { body } = request;
      const caller = callerOf(request);
      const actor = participantId(caller.participantId);
      const batch = await callerBatch(ports, caller, request.params.id);
      const named = body.distributor === undefined ? null : participantId(body.distributor);
      const distributor = named ?? (await holderOf(ports.store, batch));
      requireParticipant(caller, distributor);
      await known(distributor);
      return await run(reply, {
        opId: opIdOf(ports.hash, actor, idempotencyKeyOf(request)),
        batch,
        cards: body.cards === "ALL" ? "ALL" : body.cards.flatMap((id) => parseCardId(id) ?? []),
        act: "DISTRIBUTE",
        actor,
        distributor,
        named,
      });
    },
  );
}

/** Who has a batch to give out: whoever acquired it, seen from its first card, else its issuer. */
async function holderOf(store: CardStore, { batchId, issuer }: Batch): Promise<ParticipantId> {
  for (let shard = 0; shard < store.shards; shard += 1) {
    const [first] = await store.batchCards({ batchId, shard, after: null, limit: 1 });
    if (first !== undefined) return (await store.card(first))?.card.distributor ?? issuer;
  }
  return issuer;
}

import {
  knownParticipant,
  operationAnswer,
  runBulkStep,
  type BulkStep,
  type KeyedResult,
} from "@scrip/application";
import { participantId, type Batch, type CardId, type OpId } from "@scrip/domain";
import {
  Problem,
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
  opIdOf,
  parseCardId,
} from "@scrip/wire";
import type { AcquireBody, BatchParams, DistributeBody } from "@scrip/wire";
import type { FastifyInstance, FastifyReply } from "fastify";
import { callerBatch } from "./caller-batch.ts";
import { bulkStepWaitMs } from "./limits.ts";
import { tokens } from "./tokens.ts";

/** Answered while a step takes longer than a request may wait; the same key asks again. */
const stillRunning = {
  type: "object",
  required: ["status"],
  properties: { status: { enum: ["RUNNING"] } },
} as const;

/** `POST /v1/batches/{id}/acquire` and `/distribute`: one step of many cards. */
export function stepRoutes(app: FastifyInstance, container: DependencyContainer): void {
  const ports = container.resolve(tokens.ports);
  const finality = container.resolve(tokens.finality);
  const firstUse = container.resolve(tokens.firstUse);
  const generation = container.resolve(tokens.generation);
  const running = new Map<OpId, Promise<KeyedResult>>();

  /** Runs a step once at a time per key, and waits for it as long as a request may. */
  const run = async (reply: FastifyReply, step: BulkStep) => {
    const { status } = await generation.progress(step.batch);
    if (status !== "GENERATED")
      throw new Problem("NOT_COMMITTED_YET", { detail: "The cards are still being generated." });
    let job = running.get(step.opId);
    if (job === undefined) {
      job = runBulkStep(ports, step).finally(() => running.delete(step.opId));
      running.set(step.opId, job);
      // Whoever waits sees the failure; without anyone waiting it must not end the process.
      job.catch((err: unknown) =>
        app.log.error({ err }, "a bulk step was interrupted; its key goes on with it"),
      );
    }
    const result = await within(job, bulkStepWaitMs);
    if (result === "RUNNING")
      return await reply.code(202).header("retry-after", "5").send({ status: "RUNNING" });
    return sendAnswer(reply, await operationAnswer(result, finality, 0));
  };
  const answers = { 200: bulkStepAnswer, 202: stillRunning };

  app.post<{ Params: BatchParams; Body: AcquireBody }>(
    "/v1/batches/:id/acquire",
    {
      config: { access: ["DISTRIBUTOR"], idempotent: true },
      schema: { params: batchParams, body: acquireBody, response: answers },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const actor = participantId(caller.participantId);
      requireParticipant(caller, request.body.distributor);
      const batch = await callerBatch(ports, caller, request.params.id);
      const distributor = participantId(request.body.distributor);
      requireCommitted(
        await knownParticipant(ports, firstUse, distributor),
        "PARTICIPANT_NOT_FOUND",
      );
      return await run(reply, {
        opId: opIdOf(ports.hash, actor, idempotencyKeyOf(request)),
        batch,
        cards: "ALL",
        asked: { act: "acquire", distributor },
        command: (opId, nowMs) => ({ type: "AcquireCards", nowMs, actor, opId, distributor }),
      });
    },
  );

  app.post<{ Params: BatchParams; Body: DistributeBody }>(
    "/v1/batches/:id/distribute",
    {
      config: { access: ["DISTRIBUTOR", "ISSUER"], idempotent: true },
      schema: { params: batchParams, body: distributeBody, response: answers },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const actor = participantId(caller.participantId);
      const batch = await callerBatch(ports, caller, request.params.id);
      const distributor = participantId((await distributorOf(batch)) ?? batch.issuer);
      requireParticipant(caller, distributor);
      return await run(reply, {
        opId: opIdOf(ports.hash, actor, idempotencyKeyOf(request)),
        batch,
        cards: cardsOf(request.body),
        asked: { act: "distribute", distributor },
        command: (opId, nowMs) => ({ type: "DistributeCards", nowMs, actor, opId, distributor }),
      });
    },
  );

  /** Who acquired the batch, seen from its first card. */
  async function distributorOf(batch: Batch): Promise<string | null> {
    for (let shard = 0; shard < ports.store.shards; shard += 1) {
      const [first] = await ports.store.batchCards({
        batchId: batch.batchId,
        shard,
        after: null,
        limit: 1,
      });
      if (first !== undefined) return (await ports.store.card(first))?.card.distributor ?? null;
    }
    return null;
  }
}

function cardsOf({ cards }: DistributeBody): "ALL" | CardId[] {
  return cards === "ALL" ? "ALL" : cards.flatMap((text) => parseCardId(text) ?? []);
}

async function within<Result>(job: Promise<Result>, waitMs: number): Promise<Result | "RUNNING"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"RUNNING">((resolve) => {
    timer = setTimeout(resolve, waitMs, "RUNNING");
  });
  try {
    return await Promise.race([job, late]);
  } finally {
    clearTimeout(timer);
  }
}

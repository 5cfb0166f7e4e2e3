import {
  generatedCards,
  generationOf,
  leftOutPage,
  stepResult,
  stepsBegun,
  type LeftOutJob,
  type LeftOutPlace,
  type OperationPorts,
} from "@scrip/application";
import type { Batch, OpId } from "@scrip/domain";
import { Problem, callerOf, type DependencyContainer } from "@scrip/service-kit";
import {
  batchParams,
  formatCardId,
  formatCursor,
  leftOutAnswer,
  leftOutQuery,
  limitOf,
  parseCursor,
} from "@scrip/wire";
import type { BatchParams, LeftOutAnswer, LeftOutQuery } from "@scrip/wire";
import type { FastifyInstance } from "fastify";
import { callerBatch } from "./caller-batch.ts";
import { tokens } from "../tokens.ts";

/** `GET /v1/batches/{id}/left-out?step=`: the cards that could not take a step of the whole batch, page by page. */
export function leftOutRoute(app: FastifyInstance, container: DependencyContainer): void {
  const ports = container.resolve(tokens.ports);

  app.get<{ Params: BatchParams; Querystring: LeftOutQuery }>(
    "/v1/batches/:id/left-out",
    {
      config: { access: ["ISSUER", "DISTRIBUTOR", "OPERATOR"] },
      schema: { params: batchParams, querystring: leftOutQuery, response: { 200: leftOutAnswer } },
    },
    async (request): Promise<LeftOutAnswer> => {
      const { query, params } = request;
      const batch = await callerBatch(ports, callerOf(request), params.id);
      const job = await jobOf(ports, batch, query.step);
      const from = placeOf(job.opId, query.cursor);
      const { cards, next } = await leftOutPage(ports, job, { from, limit: limitOf(query) });
      return {
        cards: cards.map(({ cardId, code }) => ({ cardId: formatCardId(cardId), code })),
        nextCursor: next && formatCursor(listOf(job.opId), Object.values(next).join(".")),
      };
    },
  );
}

/** @throws Problem VALIDATION_FAILED for a step that the batch was never asked to take. */
async function jobOf(ports: OperationPorts, batch: Batch, step: string): Promise<LeftOutJob> {
  if (step === "generate") {
    const done = (await generatedCards(ports, batch.batchId)) !== undefined;
    return { opId: generationOf(batch.batchId), done };
  }
  const begun = (await stepsBegun(ports, batch)).findLast(
    ({ number, step: { act } }) => String(number) === step || act.toLowerCase() === step,
  );
  if (begun !== undefined)
    return { opId: begun.step.opId, done: (await stepResult(ports, begun.step)) !== undefined };
  const detail = "names no step that the whole batch was asked to take";
  throw new Problem("VALIDATION_FAILED", {
    detail: `query step: ${detail}`,
    errors: [{ in: "query", field: "step", detail }],
  });
}

/** A cursor holds for the list that made it: what this job left out. */
const listOf = (job: OpId): string => `left-out:${job}`;

/** @throws Problem CURSOR_INVALID */
function placeOf(job: OpId, cursor: string | undefined): LeftOutPlace {
  if (cursor === undefined) return { shard: 0, chunk: 0, nth: 0 };
  const text = parseCursor(listOf(job), cursor);
  const [, shard, chunk, nth] = /^(\d{1,5})\.(\d{1,9})\.(\d{1,4})$/.exec(String(text)) ?? [];
  if (nth === undefined) throw new Problem("CURSOR_INVALID");
  return { shard: Number(shard), chunk: Number(chunk), nth: Number(nth) };
}

import { Readable } from "node:stream";
import { CodeDigests, codeLines, codesBytes, codesWiped, confirmCodes } from "@scrip/application";
import type { Batch } from "@scrip/domain";
import {
  Problem,
  callerOf,
  requireParticipant,
  type DependencyContainer,
} from "@scrip/service-kit";
import {
  batchParams,
  codesConfirmAnswer,
  codesConfirmBody,
  codesQuery,
  formatBatchId,
  offsetOf,
} from "@scrip/wire";
import type { BatchParams, CodesConfirmBody, CodesQuery } from "@scrip/wire";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { callerBatch, requireGenerated } from "./caller-batch.ts";
import { tokens } from "../tokens.ts";

/** `GET /v1/batches/{id}/codes` and `POST …/codes/confirm`: the secrets, until the issuer confirms them. */
export function codesRoutes(app: FastifyInstance, container: DependencyContainer): void {
  const ports = container.resolve(tokens.ports);
  const vault = container.resolve(tokens.batchVault);
  const generation = container.resolve(tokens.generation);
  const source = { ...ports, vault, digests: new CodeDigests() };

  /** The batch that a request names, if its codes are the caller's to have. */
  const batchOf = async (request: FastifyRequest, id: string): Promise<Batch> => {
    const caller = callerOf(request);
    const batch = await callerBatch(ports, caller, id);
    requireParticipant(caller, batch.issuer);
    await requireGenerated(generation, batch);
    return batch;
  };

  app.get<{ Params: BatchParams; Querystring: CodesQuery }>(
    "/v1/batches/:id/codes",
    {
      config: { access: ["ISSUER"] },
      schema: { params: batchParams, querystring: codesQuery, produces: ["text/plain"] },
    },
    async (request, reply) => {
      const batch = await batchOf(request, request.params.id);
      if (await codesWiped(source, batch)) throw new Problem("CODES_WIPED");
      const offset = offsetWithin(batch, request.query);
      // HEAD is answered by the same route: it tells the length, and no code is made for it.
      const lines = request.method === "HEAD" ? [] : codeLines(source, batch, offset);
      return await reply
        .headers({
          "content-type": "text/plain; charset=utf-8",
          "content-length": codesBytes(batch, offset),
          "cache-control": "no-store",
        })
        .send(Readable.from(lines, { objectMode: true }));
    },
  );

  app.post<{ Params: BatchParams; Body: CodesConfirmBody }>(
    "/v1/batches/:id/codes/confirm",
    {
      config: { access: ["ISSUER"] },
      schema: {
        params: batchParams,
        body: codesConfirmBody,
        response: { 200: codesConfirmAnswer },
      },
    },
    async (request) => {
      const batch = await batchOf(request, request.params.id);
      const said = await confirmCodes(source, batch, request.body);
      if (said === "WIPED") throw new Problem("CODES_WIPED");
      if (said === "MISMATCH") throw new Problem("CODES_CONFIRM_MISMATCH");
      return { batchId: formatBatchId(batch.batchId), codes: "WIPED" };
    },
  );
}

/** @throws Problem VALIDATION_FAILED for an offset beyond the last code. */
function offsetWithin({ count }: Batch, query: CodesQuery): number {
  const offset = offsetOf(query);
  if (offset <= count) return offset;
  const detail = `must not exceed the ${count} codes of the batch`;
  throw new Problem("VALIDATION_FAILED", {
    detail: `query offset: ${detail}`,
    errors: [{ in: "query", field: "offset", detail }],
  });
}

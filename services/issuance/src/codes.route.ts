import { Readable } from "node:stream";
import { codeLines, confirmCodes } from "@scrip/application";
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
import type { FastifyInstance } from "fastify";
import { callerBatch } from "./caller-batch.ts";
import { tokens } from "./tokens.ts";

/** `GET /v1/batches/{id}/codes`: the secrets, until the issuer confirms them. */
export function codesRoutes(app: FastifyInstance, container: DependencyContainer): void {
  const { ports, vault, generation } = {
    ports: container.resolve(tokens.ports),
    vault: container.resolve(tokens.batchVault),
    generation: container.resolve(tokens.generation),
  };
  const source = { hash: ports.hash, vault };

  const requireCodes = async (batch: Batch) => {
    if ((await vault.seed(batch.batchId)) === "WIPED") throw new Problem("CODES_WIPED");
    const { status } = await generation.progress(batch);
    if (status !== "GENERATED")
      throw new Problem("NOT_COMMITTED_YET", { detail: "The cards are still being generated." });
  };

  app.get<{ Params: BatchParams; Querystring: CodesQuery }>(
    "/v1/batches/:id/codes",
    {
      config: { access: ["ISSUER"] },
      schema: { params: batchParams, querystring: codesQuery, produces: ["text/plain"] },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const batch = await callerBatch(ports, caller, request.params.id);
      requireParticipant(caller, batch.issuer);
      await requireCodes(batch);
      const offset = offsetOf(request.query);
      const lines = Readable.from(codeLines(source, batch, offset), { objectMode: true });
      return await reply
        .headers({ "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" })
        .send(lines);
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
      const caller = callerOf(request);
      const batch = await callerBatch(ports, caller, request.params.id);
      requireParticipant(caller, batch.issuer);
      await requireCodes(batch);
      const said = await confirmCodes(source, batch, request.body);
      if (said === "WIPED") throw new Problem("CODES_WIPED");
      if (said === "MISMATCH") throw new Problem("CODES_CONFIRM_MISMATCH");
      return { batchId: formatBatchId(batch.batchId), codes: "WIPED" };
    },
  );
}

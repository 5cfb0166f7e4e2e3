import { operationAnswer } from "@scrip/application";
import {
  Problem,
  callerOf,
  mayActFor,
  mayUseProgram,
  sendAnswer,
  type DependencyContainer,
} from "@scrip/service-kit";
import { parseOperationId, waitMsOf, waitQuery, writeOffAnswer, writeOffParams } from "@scrip/wire";
import type { WaitQuery, WriteOffAnswer, WriteOffParams } from "@scrip/wire";
import type { FastifyInstance } from "fastify";
import { tokens } from "./tokens.ts";

/** `GET /v1/write-offs/{id}`: a sale as it was answered, with its finality now. */
export function readRoute(app: FastifyInstance, container: DependencyContainer): void {
  const { store } = container.resolve(tokens.ports);
  const finality = container.resolve(tokens.finality);

  app.get<{ Params: WriteOffParams; Querystring: WaitQuery }>(
    "/v1/write-offs/:id",
    {
      config: { access: ["ACCEPTOR", "OPERATOR"] },
      schema: { params: writeOffParams, querystring: waitQuery, response: { 200: writeOffAnswer } },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const sale = parseOperationId(request.params.id);
      if (sale?.kind !== "wo" || sale.decisionShard >= store.shards)
        throw new Problem("WRITE_OFF_NOT_FOUND");
      const outcome = await store.outcome(sale.decisionShard, sale.opId);
      if (outcome?.kind !== "DONE") throw new Problem("WRITE_OFF_NOT_FOUND");
      const { operation } = JSON.parse(outcome.answer) as WriteOffAnswer;
      const mine =
        mayActFor(caller, operation.acceptor) && mayUseProgram(caller, operation.programId);
      if (operation.type !== "WRITE_OFF" || !mine) throw new Problem("WRITE_OFF_NOT_FOUND");
      const found = {
        kind: "OUTCOME",
        outcome,
        shard: sale.decisionShard,
        replayed: false,
      } as const;
      return sendAnswer(reply, await operationAnswer(found, finality, waitMsOf(request.query)));
    },
  );
}

import { findSale, operationAnswer, saleRefunds } from "@scrip/application";
import {
  Problem,
  callerOf,
  mayActFor,
  mayKnow,
  mayUseProgram,
  sendAnswer,
  type DependencyContainer,
} from "@scrip/service-kit";
import {
  parseOperationId,
  waitMsOf,
  waitQuery,
  writeOffParams,
  writeOffReadAnswer,
} from "@scrip/wire";
import type { WaitQuery, WriteOffAnswer, WriteOffParams } from "@scrip/wire";
import type { FastifyInstance } from "fastify";
import { tokens } from "./tokens.ts";

/** `GET /v1/write-offs/{id}`: a sale as it was answered, with its refunds and finality now. */
export function readRoute(app: FastifyInstance, container: DependencyContainer): void {
  const { store, clock } = container.resolve(tokens.ports);
  const answering = container.resolve(tokens.answering);

  app.get<{ Params: WriteOffParams; Querystring: WaitQuery }>(
    "/v1/write-offs/:id",
    {
      config: { access: ["ACCEPTOR", "OPERATOR"] },
      schema: {
        params: writeOffParams,
        querystring: waitQuery,
        response: { 200: writeOffReadAnswer },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const id = parseOperationId(request.params.id);
      const mine = (acceptor: string, program: string) =>
        mayKnow(request, mayActFor(caller, acceptor) && mayUseProgram(caller, program));
      const sale = id === null ? undefined : await findSale(store, id, mine);
      if (sale === undefined) throw new Problem("WRITE_OFF_NOT_FOUND");
      const { outcome, ref } = sale;
      const found = { outcome, shard: ref.decisionShard, entry: null, replayed: false };
      const result = { kind: "OUTCOME", ...found } as const;
      const answer = await operationAnswer(result, answering, waitMsOf(request.query));
      if (answer.kind !== "DONE") throw new Error("a sale that was found has an answer");
      const body = answer.body as WriteOffAnswer;
      const refunds = await saleRefunds(store, sale, clock.nowMs());
      const operation = { ...body.operation, ...refunds };
      return sendAnswer(reply, { ...answer, body: { ...body, operation } });
    },
  );
}

import {
  adjustCard,
  cancelCard,
  loadCard,
  operationAnswer,
  resumeCard,
  suspendCard,
  type KeyedResult,
} from "@scrip/application";
import { amount } from "@scrip/domain";
import type { Role } from "@scrip/ports";
import { sendAnswer, type DependencyContainer } from "@scrip/service-kit";
import {
  adjustAnswer,
  adjustBody,
  cancelAnswer,
  cancelBody,
  cardParams,
  loadAnswer,
  loadBody,
  resumeAnswer,
  resumeBody,
  suspendAnswer,
  suspendBody,
  waitMsOf,
  waitQuery,
} from "@scrip/wire";
import type {
  AdjustBody,
  CancelBody,
  CardParams,
  LoadBody,
  SuspendBody,
  WaitQuery,
} from "@scrip/wire";
import type { FastifyInstance, FastifyReply } from "fastify";
import { tokens } from "../tokens.ts";
import { cardRequest } from "./card-request.ts";

interface Asked<Body> {
  Params: CardParams;
  Querystring: WaitQuery;
  Body: Body;
}

/** Who may give an order, and what goes in and comes out. */
const shaped = (access: readonly Role[], body: object, answer: object) => ({
  config: { access, idempotent: true },
  schema: { params: cardParams, querystring: waitQuery, body, response: { 200: answer } },
});

/**
 * `POST /v1/cards/{id}/load`, `/adjust`, `/suspend`, `/resume`, `/cancel`: what the issuer of a card orders. What gives
 * nobody value, the operator may order too.
 */
export function orderRoutes(app: FastifyInstance, container: DependencyContainer): void {
  const ports = container.resolve(tokens.ports);
  const turns = container.resolve(tokens.turns);
  const answering = container.resolve(tokens.answering);

  const answer = async (
    { query }: { readonly query: WaitQuery },
    reply: FastifyReply,
    ordered: Promise<KeyedResult>,
  ): Promise<FastifyReply> =>
    sendAnswer(reply, await operationAnswer(await ordered, answering, waitMsOf(query)));

  app.post<Asked<LoadBody>>(
    "/v1/cards/:id/load",
    shaped(["ISSUER"], loadBody, loadAnswer),
    (request, reply) => {
      const asked = { ...cardRequest(ports, request), amount: amount(request.body.amount) };
      return answer(request, reply, loadCard(ports, turns, asked));
    },
  );
  app.post<Asked<AdjustBody>>(
    "/v1/cards/:id/adjust",
    shaped(["ISSUER"], adjustBody, adjustAnswer),
    (request, reply) => {
      const { body } = request;
      const asked = { ...cardRequest(ports, request), ...body, amount: amount(body.amount) };
      return answer(request, reply, adjustCard(ports, turns, asked));
    },
  );
  app.post<Asked<SuspendBody>>(
    "/v1/cards/:id/suspend",
    shaped(["ISSUER", "OPERATOR"], suspendBody, suspendAnswer),
    (request, reply) => {
      const asked = { ...cardRequest(ports, request), ...request.body };
      return answer(request, reply, suspendCard(ports, turns, asked));
    },
  );
  app.post<Asked<unknown>>(
    "/v1/cards/:id/resume",
    shaped(["ISSUER", "OPERATOR"], resumeBody, resumeAnswer),
    (request, reply) =>
      answer(request, reply, resumeCard(ports, turns, cardRequest(ports, request))),
  );
  app.post<Asked<CancelBody>>(
    "/v1/cards/:id/cancel",
    shaped(["ISSUER", "OPERATOR"], cancelBody, cancelAnswer),
    (request, reply) => {
      const asked = { ...cardRequest(ports, request), ...request.body };
      return answer(request, reply, cancelCard(ports, turns, asked));
    },
  );
}

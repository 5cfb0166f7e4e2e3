import {
  adjustCard,
  cancelCard,
  loadCard,
  operationAnswer,
  resumeCard,
  suspendCard,
  type CardRequest,
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
import type { FastifyInstance } from "fastify";
import { tokens } from "../tokens.ts";
import { cardRequest } from "./card-request.ts";

/** One order about a card, as a route takes it. */
interface Order<Body> {
  readonly act: string;
  readonly access: readonly Role[];
  readonly body: object;
  readonly answer: object;
  readonly run: (request: CardRequest, body: Body) => Promise<KeyedResult>;
}

/**
 * `POST /v1/cards/{id}/load`, `/adjust`, `/suspend`, `/resume`, `/cancel`: what the issuer of a card orders. What takes
 * no value from one side to the other, the operator may order too.
 */
export function orderRoutes(app: FastifyInstance, container: DependencyContainer): void {
  const ports = container.resolve(tokens.ports);
  const turns = container.resolve(tokens.turns);
  const answering = container.resolve(tokens.answering);

  const route = <Body>({ act, access, body, answer, run }: Order<Body>): void => {
    app.post<{ Params: CardParams; Body: Body; Querystring: WaitQuery }>(
      `/v1/cards/:id/${act}`,
      {
        config: { access, idempotent: true },
        schema: { params: cardParams, querystring: waitQuery, body, response: { 200: answer } },
      },
      async (request, reply) => {
        const result = await run(cardRequest(ports, request), request.body as Body);
        return sendAnswer(reply, await operationAnswer(result, answering, waitMsOf(request.query)));
      },
    );
  };

  route<LoadBody>({
    act: "load",
    access: ["ISSUER"],
    body: loadBody,
    answer: loadAnswer,
    run: (request, body) => loadCard(ports, turns, { ...request, amount: amount(body.amount) }),
  });
  route<AdjustBody>({
    act: "adjust",
    access: ["ISSUER"],
    body: adjustBody,
    answer: adjustAnswer,
    run: (request, body) =>
      adjustCard(ports, turns, { ...request, ...body, amount: amount(body.amount) }),
  });
  route<SuspendBody>({
    act: "suspend",
    access: ["ISSUER", "OPERATOR"],
    body: suspendBody,
    answer: suspendAnswer,
    run: (request, body) => suspendCard(ports, turns, { ...request, ...body }),
  });
  route({
    act: "resume",
    access: ["ISSUER", "OPERATOR"],
    body: resumeBody,
    answer: resumeAnswer,
    run: (request) => resumeCard(ports, turns, request),
  });
  route<CancelBody>({
    act: "cancel",
    access: ["ISSUER", "OPERATOR"],
    body: cancelBody,
    answer: cancelAnswer,
    run: (request, body) => cancelCard(ports, turns, { ...request, ...body }),
  });
}

import { operationAnswer, transferCard, unbindCard, type CardRequest } from "@scrip/application";
import { participantId, type Card } from "@scrip/domain";
import type { Caller, HolderIdentity } from "@scrip/ports";
import {
  Problem,
  callerOf,
  idempotencyKeyOf,
  mayActFor,
  mayKnow,
  mayUseProgram,
  requireHoldersAct,
  sendAnswer,
  type DependencyContainer,
} from "@scrip/service-kit";
import {
  bindingParams,
  opIdOf,
  parseCardId,
  transferAnswer,
  transferBody,
  unbindAnswer,
  unbindQuery,
  waitMsOf,
  waitQuery,
} from "@scrip/wire";
import type { BindingParams, TransferBody, UnbindQuery, WaitQuery } from "@scrip/wire";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { tokens } from "./tokens.ts";

/** `DELETE /v1/bindings/{cardId}` and `POST …/transfer`: a card leaves a wallet, for none or for another one. */
export function leaveRoutes(app: FastifyInstance, container: DependencyContainer): void {
  const ports = container.resolve(tokens.ports);
  const turns = container.resolve(tokens.turns);
  const answering = container.resolve(tokens.answering);

  const asked = (
    request: FastifyRequest<{ Params: BindingParams }>,
    maySee: CardRequest["maySee"],
  ): CardRequest => {
    const caller = callerOf(request);
    const cardId = parseCardId(request.params.cardId);
    if (cardId === null) throw new Problem("CARD_NOT_FOUND");
    const opId = opIdOf(ports.hash, caller.participantId, idempotencyKeyOf(request));
    return {
      opId,
      caller: participantId(caller.participantId),
      cardId,
      maySee: (card) => mayKnow(request, maySee(card)),
    };
  };

  /** @throws Problem HOLDER_NOT_FOUND; PERMISSION_DENIED when the key may not act for holders */
  const known = async (caller: Caller, holder: string): Promise<HolderIdentity> => {
    requireHoldersAct(caller);
    const identity = await ports.vault.find(holder);
    if (identity === undefined) throw new Problem("HOLDER_NOT_FOUND");
    return identity;
  };

  app.delete<{ Params: BindingParams; Querystring: UnbindQuery }>(
    "/v1/bindings/:cardId",
    {
      config: { access: ["ACCEPTOR", "ISSUER"], idempotent: true },
      schema: { params: bindingParams, querystring: unbindQuery, response: { 200: unbindAnswer } },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { holder } = request.query;
      if (holder === undefined) requireIssuer(caller);
      const result = await unbindCard(ports, turns, {
        ...asked(request, holder === undefined ? issuedBy(caller) : inPrograms(caller)),
        holder: holder === undefined ? null : await known(caller, holder),
      });
      return sendAnswer(reply, await operationAnswer(result, answering, waitMsOf(request.query)));
    },
  );

  app.post<{ Params: BindingParams; Body: TransferBody; Querystring: WaitQuery }>(
    "/v1/bindings/:cardId/transfer",
    {
      config: { access: ["ACCEPTOR", "ISSUER"], idempotent: true },
      schema: {
        params: bindingParams,
        body: transferBody,
        querystring: waitQuery,
        response: { 200: transferAnswer },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { holder, to } = request.body;
      const result = await transferCard(ports, turns, {
        ...asked(request, inPrograms(caller)),
        holder: await known(caller, holder),
        to,
      });
      return sendAnswer(reply, await operationAnswer(result, answering, waitMsOf(request.query)));
    },
  );
}

const inPrograms =
  (caller: Caller) =>
  ({ programId }: Card): boolean =>
    mayUseProgram(caller, programId);

const issuedBy =
  (caller: Caller) =>
  (card: Card): boolean =>
    inPrograms(caller)(card) && mayActFor(caller, card.issuer);

function requireIssuer({ role }: Caller): void {
  if (role === "ISSUER") return;
  throw new Problem("PERMISSION_DENIED", {
    detail: "Only its issuer takes a card out of a wallet without naming the holder.",
  });
}

import {
  callerOf,
  mayKnow,
  mayUseProgram,
  Problem,
  type DependencyContainer,
} from "@scrip/service-kit";
import {
  cardAnswer,
  cardParams,
  formatTime,
  parseCardId,
  type CardParams,
  type CardState,
} from "@scrip/wire";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Card, CardId } from "@scrip/domain";
import { cardProof } from "../proofs/card-proof.ts";
import type { VerifiedCopy } from "../proofs/verified-copy.ts";
import { cardStateOf } from "../reading/card-state.ts";
import { cardView } from "../reading/card-view.ts";
import { maySeeCard } from "../reading/rights.ts";
import { tokens } from "../tokens.ts";
import { everyRole, plainText } from "./shapes.ts";

/** `GET /v1/cards/{id}` and its proof: a card as COMMITTED, from the verified copy alone. */
export function cardRoutes(app: FastifyInstance, container: DependencyContainer): void {
  const copy = container.resolve(tokens.copy);
  const following = container.resolve(tokens.following);

  app.get<{ Params: CardParams }>(
    "/v1/cards/:id",
    {
      config: { access: everyRole },
      schema: { params: cardParams, response: { 200: cardAnswer } },
    },
    (request) => {
      const caller = callerOf(request);
      const { state } = cardInScope(copy, request);
      const ledger = following.follower.state;
      return cardView({
        state,
        whole: maySeeCard(caller, state.card),
        asOf: { height: ledger.height, size: ledger.size, at: formatTime(ledger.timeMs) },
        shards: ledger.leaves().need("protocol", null).shards,
      });
    },
  );

  app.get<{ Params: CardParams }>(
    "/v1/cards/:id/proof",
    { config: { access: everyRole }, schema: { params: cardParams } },
    (request, reply) => {
      const caller = callerOf(request);
      const { cardId, state } = cardInScope(copy, request);
      // The public half may be seen by anybody, so a key that is no party to the card gets that.
      const proof = cardProof(copy, cardId, maySeeCard(caller, state.card) ? "BOTH" : "PUBLIC");
      if (proof === undefined) throw new Problem("CARD_NOT_FOUND");
      return reply.type(plainText).header("cache-control", "no-store").send(proof);
    },
  );
}

/** @throws Problem CARD_NOT_FOUND also for a card of a program that the key's scope does not hold */
export function cardInScope(
  copy: VerifiedCopy,
  request: FastifyRequest<{ Params: CardParams }>,
): { readonly cardId: CardId; readonly state: CardState } {
  const cardId = parseCardId(request.params.id);
  const state = cardId === null ? undefined : cardStateOf(copy, cardId);
  if (cardId === null || state === undefined || !inScope(request, state.card)) {
    throw new Problem("CARD_NOT_FOUND");
  }
  return { cardId, state };
}

const inScope = (request: FastifyRequest, { programId }: Card): boolean =>
  mayKnow(request, mayUseProgram(callerOf(request), programId));

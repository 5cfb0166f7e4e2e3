import {
  controlAnswer,
  isInFlight,
  isUnborn,
  reconcileCard,
  type ReconcileRequest,
} from "@scrip/application";
import { participantId } from "@scrip/domain";
import {
  callerOf,
  idempotencyKeyOf,
  mayKnow,
  mayUseProgram,
  Problem,
  refusalProblem,
  sendAnswer,
  type DependencyContainer,
} from "@scrip/service-kit";
import {
  cardParams,
  opIdOf,
  parseCardId,
  reconcileAnswer,
  reconcileBody,
  type CardParams,
  type ReconcileBody,
} from "@scrip/wire";
import type { FastifyInstance } from "fastify";
import { tokens } from "../tokens.ts";

const notApart =
  "The card is not apart: store and ledger agree about it, and there is nothing to reconcile.";
const unborn =
  "The ledger refused the event that made this card, so for the ledger it never was, and there is nothing to set it to. " +
  "It stays suspended and nobody can use it. Give its holder another one; scrip rebuild-store leaves it out.";

/** `POST /v1/cards/{id}/reconcile`: how a card goes on that an event named which the ledger refused. */
export function reconcileRoute(app: FastifyInstance, container: DependencyContainer): void {
  const reconciling = container.resolve(tokens.reconciling);
  const repairs = container.resolve(tokens.repairs);
  const finality = container.resolve(tokens.finality);
  if (reconciling === null || repairs === null) return;

  app.post<{ Params: CardParams; Body: ReconcileBody }>(
    "/v1/cards/:id/reconcile",
    {
      config: { access: ["OPERATOR"], idempotent: true },
      schema: {
        params: cardParams,
        body: reconcileBody,
        response: { 200: reconcileAnswer, 202: reconcileAnswer },
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const caller = callerOf(request);
      const cardId = parseCardId(params.id);
      const known = cardId === null ? undefined : await reconciling.store.card(cardId);
      if (cardId === null || known === undefined) throw new Problem("CARD_NOT_FOUND");
      if (!mayKnow(request, mayUseProgram(caller, known.card.programId)))
        throw new Problem("CARD_NOT_FOUND");
      // A copy that is behind does not have the card either; whoever reconciles is told to come back.
      const unseen = isUnborn(known.card, reconciling.ledger.card(cardId));
      if (unseen && !(await isInFlight(reconciling, cardId)))
        throw new Problem("CARD_NOT_ON_LEDGER", { detail: unborn });
      const order: ReconcileRequest = {
        opId: opIdOf(reconciling.hash, caller.participantId, idempotencyKeyOf(request)),
        actor: participantId(caller.participantId),
        cardId,
        to: body.to,
        reason: body.reason ?? null,
      };
      const result = await reconcileCard(reconciling, order);
      const { answer, committed } = await controlAnswer(result, finality);
      // Whoever reads that it is done finds the card so.
      if (committed) await repairs.repair(cardId);
      if (answer.kind === "NO" && answer.code === "CARD_STEP_TAKEN")
        throw refusalProblem(answer, [], notApart);
      return sendAnswer(reply, answer, committed || answer.kind === "NO" ? 200 : 202);
    },
  );
}

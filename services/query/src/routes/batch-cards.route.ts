import { batchCardsMadeBy, listOfBatch } from "@scrip/ledger-state";
import { PortError } from "@scrip/ports";
import {
  callerOf,
  mayKnow,
  mayUseProgram,
  Problem,
  requireParticipant,
  type DependencyContainer,
} from "@scrip/service-kit";
import type { CardId } from "@scrip/domain";
import {
  batchCardsAnswer,
  batchParams,
  formatBatchId,
  listQuery,
  parseBatchId,
  type BatchCardsAnswer,
  type BatchParams,
  type CardState,
  type PageQuery,
} from "@scrip/wire";
import type { FastifyInstance } from "fastify";
import { batchPageEvents, placesPerEventMax } from "../limits.ts";
import type { VerifiedCopy } from "../proofs/verified-copy.ts";
import { cardStateOf } from "../reading/card-state.ts";
import { listedCardView } from "../reading/card-view.ts";
import { indexesOf, pageOf, placeOf, type ListPlace } from "../reading/list-page.ts";
import { logEventAt } from "../reading/log-event.ts";
import { maySeeCard } from "../reading/rights.ts";
import { tokens } from "../tokens.ts";

/** `GET /v1/batches/{id}/cards`: the batch's cards as COMMITTED, in the order in which they were generated. */
export function batchCardsRoute(app: FastifyInstance, container: DependencyContainer): void {
  const copy = container.resolve(tokens.copy);
  const registry = container.resolve(tokens.registry);

  app.get<{ Params: BatchParams; Querystring: PageQuery }>(
    "/v1/batches/:id/cards",
    {
      config: { access: ["ISSUER", "DISTRIBUTOR", "REGULATOR", "OPERATOR"] },
      schema: { params: batchParams, querystring: listQuery, response: { 200: batchCardsAnswer } },
    },
    (request): BatchCardsAnswer => {
      const { params, query } = request;
      const caller = callerOf(request);
      const batchId = parseBatchId(params.id);
      const batch = batchId === null ? undefined : registry.batch(batchId);
      if (batch === undefined || !mayKnow(request, mayUseProgram(caller, batch.programId)))
        throw new Problem("BATCH_NOT_FOUND");
      if (caller.role === "ISSUER") requireParticipant(caller, batch.issuer);
      const end = copy.store.size() * placesPerEventMax;
      const from = placeOf(listOfBatch(batch.batchId), query, end);
      const steps = function* () {
        for (const { place, cardId } of cardsFrom(copy, from)) {
          const state = stateOf(copy, cardId);
          const item = maySeeCard(caller, state.card) ? listedCardView(state) : null;
          // One event brings some hundred cards: how many places a page looks at bounds what it reads.
          yield { place, bytes: 0, item };
        }
      };
      const { items: cards, nextCursor } = pageOf(from, steps(), query);
      return { batchId: formatBatchId(batch.batchId), cards, nextCursor };
    },
  );
}

/** Cards behind a place: log index of the event that made them, and their number in it. */
function* cardsFrom({ store }: VerifiedCopy, { list, after }: ListPlace) {
  const before = Math.floor(after / placesPerEventMax) - 1;
  for (const index of indexesOf(store, { list, after: before }, batchPageEvents)) {
    const { event } = logEventAt(store, index);
    const cardIds = event === null ? [] : (batchCardsMadeBy(event)?.cardIds ?? []);
    for (const [at, cardId] of cardIds.entries()) {
      const place = index * placesPerEventMax + at;
      if (place > after) yield { place, cardId };
    }
  }
}

/** @throws PortError CORRUPT when the log has the card and the map has not */
function stateOf(copy: VerifiedCopy, cardId: CardId): CardState {
  const state = cardStateOf(copy, cardId);
  if (state === undefined) throw new PortError("CORRUPT", `the map has no card ${cardId}`);
  return state;
}

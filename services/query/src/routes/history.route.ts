import { leafHash } from "@scrip/merkle-log";
import type { Caller, Registry } from "@scrip/ports";
import type { CardId } from "@scrip/domain";
import { callerOf, type DependencyContainer } from "@scrip/service-kit";
import {
  cardParams,
  formatCardId,
  formatCursor,
  historyAnswer,
  limitOf,
  pageQuery,
  toHex,
  type CardParams,
  type HistoryAnswer,
  type HistoryEvent,
  type PageQuery,
} from "@scrip/wire";
import type { FastifyInstance } from "fastify";
import type { VerifiedCopy } from "../proofs/verified-copy.ts";
import { historyView } from "../reading/event-view.ts";
import { placeOf } from "../reading/list-page.ts";
import { effectOn, logEventAt } from "../reading/log-event.ts";
import { maySeeCard, maySeeLogEvent } from "../reading/rights.ts";
import { tokens } from "../tokens.ts";
import { cardInScope } from "./card.route.ts";
import { everyRole } from "./shapes.ts";

/** `GET /v1/cards/{id}/history`: every step of a card with its parties, times and amounts, the oldest first. */
export function historyRoute(app: FastifyInstance, container: DependencyContainer): void {
  const copy = container.resolve(tokens.copy);
  const registry = container.resolve(tokens.registry);

  app.get<{ Params: CardParams; Querystring: PageQuery }>(
    "/v1/cards/:id/history",
    {
      config: { access: everyRole },
      schema: { params: cardParams, querystring: pageQuery, response: { 200: historyAnswer } },
    },
    (request): HistoryAnswer => {
      const caller = callerOf(request);
      const { cardId, state } = cardInScope(copy, request);
      const { list, after } = placeOf(`history:${cardId}`, request.query, copy.store.size());
      const limit = limitOf(request.query);
      // One more than asked for tells whether there is a next page.
      const indexes = copy.store.history(cardId, after, limit + 1);
      const page = indexes.slice(0, limit);
      const reader = { caller, registry, seesAll: maySeeCard(caller, state.card) };
      const last = page.at(-1);
      const more = indexes.length > limit && last !== undefined;
      return {
        cardId: formatCardId(cardId),
        events: page.flatMap((index) => stepAt(copy, { index, cardId }, reader)),
        nextCursor: more ? formatCursor(list, last) : null,
      };
    },
  );
}

interface Reader {
  readonly caller: Caller;
  readonly registry: Registry;
  readonly seesAll: boolean;
}

/** The step as the reader may see it: none where they are no party to it. */
function stepAt(
  { store, hash }: VerifiedCopy,
  { index, cardId }: { readonly index: number; readonly cardId: CardId },
  { caller, registry, seesAll }: Reader,
): HistoryEvent[] {
  const found = logEventAt(store, index);
  const { event } = found;
  const effect = event === null ? undefined : effectOn(event, cardId);
  if (event === null || effect === undefined) return [];
  if (!seesAll && !maySeeLogEvent(caller, found, registry)) return [];
  return [historyView(found, toHex(leafHash(hash, found.bytes)), effect)];
}

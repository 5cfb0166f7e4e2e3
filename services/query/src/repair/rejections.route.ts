import { leafHash } from "@scrip/merkle-log";
import { listOfRejections } from "@scrip/ledger-state";
import { leavesOf } from "@scrip/domain";
import { callerOf, type DependencyContainer } from "@scrip/service-kit";
import {
  formatCardId,
  listQuery,
  rejectionsAnswer,
  toHex,
  type PageQuery,
  type RejectionsAnswer,
} from "@scrip/wire";
import type { FastifyInstance } from "fastify";
import { cardStateOf } from "../reading/card-state.ts";
import { listedView } from "../reading/event-view.ts";
import { eventsPage } from "../reading/list-page.ts";
import type { LogEvent } from "../reading/log-event.ts";
import { maySeeLogEvent } from "../reading/rights.ts";
import { tokens } from "../tokens.ts";

/**
 * `GET /v1/ledger/rejections`: what the ledger refused in the key's programs, the oldest first, and which of the cards
 * still wait.
 */
export function rejectionsRoute(app: FastifyInstance, container: DependencyContainer): void {
  const copy = container.resolve(tokens.copy);
  const registry = container.resolve(tokens.registry);

  const rejectionView = (found: LogEvent) => {
    const cards = found.event === null ? [] : leavesOf(found.event).cards;
    const diverged = cards.filter((cardId) => cardStateOf(copy, cardId)?.diverged === true);
    const listed = listedView(found, toHex(leafHash(copy.hash, found.bytes)));
    return { ...listed, diverged: diverged.map(formatCardId) };
  };

  app.get<{ Querystring: PageQuery }>(
    "/v1/ledger/rejections",
    {
      config: { access: ["OPERATOR"] },
      schema: { querystring: listQuery, response: { 200: rejectionsAnswer } },
    },
    (request): RejectionsAnswer => {
      const asked = { store: copy.store, list: listOfRejections, query: request.query };
      const { items: rejections, nextCursor } = eventsPage(asked, (found) =>
        maySeeLogEvent(callerOf(request), found, registry) ? rejectionView(found) : null,
      );
      return { rejections, nextCursor };
    },
  );
}

import { callerOf, mayKnow, Problem, type DependencyContainer } from "@scrip/service-kit";
import { eventAnswer, eventParams, parseEventId, type EventParams } from "@scrip/wire";
import type { FastifyInstance } from "fastify";
import { eventProof } from "../proofs/event-proof.ts";
import { eventView } from "../reading/event-view.ts";
import { logEventAt, type LogEvent } from "../reading/log-event.ts";
import { maySeeLogEvent } from "../reading/rights.ts";
import { tokens } from "../tokens.ts";
import { everyRole, plainText } from "./shapes.ts";

/** `GET /v1/events/{id}` for those who may see it; `GET /v1/events/{id}/proof` for anybody. */
export function eventRoutes(app: FastifyInstance, container: DependencyContainer): void {
  const copy = container.resolve(tokens.copy);
  const registry = container.resolve(tokens.registry);

  const find = (id: string): { eventId: string | null; found: LogEvent | undefined } => {
    const eventId = parseEventId(id);
    const index = eventId === null ? undefined : copy.store.indexOfEvent(eventId);
    return { eventId, found: index === undefined ? undefined : logEventAt(copy.store, index) };
  };

  app.get<{ Params: EventParams }>(
    "/v1/events/:id",
    {
      config: { access: everyRole },
      schema: { params: eventParams, response: { 200: eventAnswer } },
    },
    (request) => {
      const { eventId, found } = find(request.params.id);
      if (eventId === null || found === undefined) throw new Problem("EVENT_NOT_FOUND");
      // What the caller may not see is answered like what is not there.
      if (!mayKnow(request, maySeeLogEvent(callerOf(request), found, registry)))
        throw new Problem("EVENT_NOT_FOUND");
      return eventView(found, eventId);
    },
  );

  app.get<{ Params: EventParams }>(
    "/v1/events/:id/proof",
    { config: { access: "OPTIONAL" }, schema: { params: eventParams } },
    (request, reply) => {
      const { eventId, found } = find(request.params.id);
      if (eventId === null) throw new Problem("EVENT_NOT_FOUND");
      if (found === undefined) throw new Problem("PROOF_NOT_AVAILABLE_YET");
      const { caller } = request;
      const shown = caller !== null && maySeeLogEvent(caller, found, registry);
      // The log has a rejection where this event would be: without it the event's id proves nothing.
      if (found.rejection !== null && !shown) {
        // Who shows no key is not kept out by the scope of one.
        mayKnow(request, caller === null);
        throw new Problem("EVENT_NOT_FOUND");
      }
      const proof = eventProof(copy, found, shown);
      return reply.type(plainText).header("cache-control", "no-store").send(proof);
    },
  );
}

import { leafHash } from "@scrip/merkle-log";
import { listOfProgram } from "@scrip/ledger-state";
import {
  callerOf,
  mayKnow,
  mayUseProgram,
  Problem,
  type DependencyContainer,
} from "@scrip/service-kit";
import type { ProgramId } from "@scrip/domain";
import {
  listQuery,
  programEventsAnswer,
  programParams,
  toHex,
  type PageQuery,
  type ProgramEventsAnswer,
  type ProgramParams,
} from "@scrip/wire";
import type { FastifyInstance } from "fastify";
import { listedView } from "../reading/event-view.ts";
import { eventsPage } from "../reading/list-page.ts";
import { maySeeLogEvent } from "../reading/rights.ts";
import { tokens } from "../tokens.ts";
import { everyRole } from "./shapes.ts";

/** `GET /v1/programs/{id}/events`: those of its events that the caller may see, rejected ones too, the oldest first. */
export function programEventsRoute(app: FastifyInstance, container: DependencyContainer): void {
  const { store, hash } = container.resolve(tokens.copy);
  const registry = container.resolve(tokens.registry);

  app.get<{ Params: ProgramParams; Querystring: PageQuery }>(
    "/v1/programs/:id/events",
    {
      config: { access: everyRole },
      schema: {
        params: programParams,
        querystring: listQuery,
        response: { 200: programEventsAnswer },
      },
    },
    (request): ProgramEventsAnswer => {
      const { params, query } = request;
      const caller = callerOf(request);
      const programId = registry.program(params.id as ProgramId)?.programId;
      if (programId === undefined || !mayKnow(request, mayUseProgram(caller, programId)))
        throw new Problem("PROGRAM_NOT_FOUND");
      const asked = { store, list: listOfProgram(programId), query };
      const { items: events, nextCursor } = eventsPage(asked, (found) =>
        maySeeLogEvent(caller, found, registry)
          ? listedView(found, toHex(leafHash(hash, found.bytes)))
          : null,
      );
      return { programId, events, nextCursor };
    },
  );
}

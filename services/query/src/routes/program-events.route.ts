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
  limitOf,
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
import { indexesOf, pageOf, placeOf } from "../reading/list-page.ts";
import { logEventAt } from "../reading/log-event.ts";
import { maySeeEvent } from "../reading/rights.ts";
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
      const program = registry.program(params.id as ProgramId);
      const inScope = program && mayKnow(request, mayUseProgram(caller, program.programId));
      if (program === undefined || inScope !== true) {
        throw new Problem("PROGRAM_NOT_FOUND");
      }
      const from = placeOf(listOfProgram(program.programId), query, store.size());
      const steps = function* () {
        for (const place of indexesOf(store, from, limitOf(query) + 1)) {
          const found = logEventAt(store, place);
          const seen = found.event !== null && maySeeEvent(caller, found.event, program);
          const item = seen ? listedView(found, toHex(leafHash(hash, found.bytes))) : null;
          yield { place, bytes: found.bytes.length, item };
        }
      };
      const { items: events, nextCursor } = pageOf(from, steps(), query);
      return { programId: program.programId, events, nextCursor };
    },
  );
}

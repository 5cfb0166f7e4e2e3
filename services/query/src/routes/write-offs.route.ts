import { leafHash } from "@scrip/merkle-log";
import { listOfAcceptor } from "@scrip/ledger-state";
import type { Caller } from "@scrip/ports";
import {
  callerOf,
  Problem,
  requireParticipant,
  type DependencyContainer,
} from "@scrip/service-kit";
import type { ParticipantId } from "@scrip/domain";
import {
  acceptorParams,
  acceptorWriteOffsAnswer,
  limitOf,
  listQuery,
  toHex,
  type AcceptorParams,
  type AcceptorWriteOffsAnswer,
  type PageQuery,
} from "@scrip/wire";
import type { FastifyInstance } from "fastify";
import { indexesOf, pageOf, placeOf } from "../reading/list-page.ts";
import { logEventAt } from "../reading/log-event.ts";
import { maySeeEvent } from "../reading/rights.ts";
import { isSale, writeOffView } from "../reading/write-off-view.ts";
import { tokens } from "../tokens.ts";
import { everyRole } from "./shapes.ts";

/** `GET /v1/acceptors/{id}/write-offs`: committed sales at an acceptor and their refunds, the oldest first. */
export function writeOffsRoute(app: FastifyInstance, container: DependencyContainer): void {
  const { store, hash } = container.resolve(tokens.copy);
  const registry = container.resolve(tokens.registry);
  const following = container.resolve(tokens.following);

  app.get<{ Params: AcceptorParams; Querystring: PageQuery }>(
    "/v1/acceptors/:id/write-offs",
    {
      config: { access: everyRole },
      schema: {
        params: acceptorParams,
        querystring: listQuery,
        response: { 200: acceptorWriteOffsAnswer },
      },
    },
    (request): AcceptorWriteOffsAnswer => {
      const { params, query } = request;
      const caller = callerOf(request);
      const acceptor = params.id as ParticipantId;
      requireOwn(caller, acceptor);
      if (registry.participant(acceptor) === undefined) throw new Problem("PARTICIPANT_NOT_FOUND");
      const { shards } = following.follower.state.leaves().need("protocol", null);
      const from = placeOf(listOfAcceptor(acceptor), query, store.size());
      const steps = function* () {
        for (const place of indexesOf(store, from, limitOf(query) + 1)) {
          const { event, bytes, index } = logEventAt(store, place);
          const program = event !== null && isSale(event) && registry.program(event.programId);
          const seen = program && maySeeEvent(caller, event, program);
          const about = { index, eventId: toHex(leafHash(hash, bytes)), shards };
          const item = seen ? writeOffView(event, program, about) : null;
          yield { place, bytes: bytes.length, item };
        }
      };
      const { items: writeOffs, nextCursor } = pageOf(from, steps(), query);
      return { acceptor, writeOffs, nextCursor };
    },
  );
}

/** Who sells sees their own sales; an issuer sees those of its programs, and who oversees all in scope. */
function requireOwn(caller: Caller, acceptor: ParticipantId): void {
  if (caller.role === "ACCEPTOR" || caller.role === "DISTRIBUTOR") {
    requireParticipant(caller, acceptor);
  }
}

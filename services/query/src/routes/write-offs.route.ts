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
  listQuery,
  toHex,
  type AcceptorParams,
  type AcceptorWriteOffsAnswer,
  type PageQuery,
} from "@scrip/wire";
import type { FastifyInstance } from "fastify";
import { eventsPage } from "../reading/list-page.ts";
import { maySeeLogEvent } from "../reading/rights.ts";
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
      const asked = { store, list: listOfAcceptor(acceptor), query };
      const { items: writeOffs, nextCursor } = eventsPage(asked, (found) => {
        const { event, bytes, index } = found;
        const program = event !== null && isSale(event) && registry.program(event.programId);
        if (!program || !maySeeLogEvent(caller, found, registry)) return null;
        return writeOffView(event, program, {
          index,
          eventId: toHex(leafHash(hash, bytes)),
          shards,
        });
      });
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

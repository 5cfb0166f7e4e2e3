import { Problem } from "@scrip/service-kit";
import type { FastifyInstance } from "fastify";
import type { CatchingUp } from "./query-watch.ts";

/**
 * Has the routes of this app answer 503 until the copy has had everything of the ledger once since the process started:
 * of what a copy in the making lacks nobody can say that it is not there, nor call its checkpoint the newest.
 */
export function onceCaughtUp(app: FastifyInstance, catchingUp: () => CatchingUp | null): void {
  app.addHook("preHandler", (_request, _reply, done) => {
    const far = catchingUp();
    if (far !== null) throw copyBehind(far);
    done();
  });
}

/** Says how far the copy is. */
export const copyBehind = ({ verified, of }: CatchingUp): Problem =>
  new Problem("STORE_UNAVAILABLE", {
    detail: `The copy of the ledger is catching up: ${verified} of ${of} entries.`,
  });

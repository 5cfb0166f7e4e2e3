import type { DependencyContainer } from "@scrip/service-kit";
import { ledgerPromisesAnswer, overdueListedMax, type LedgerPromisesAnswer } from "@scrip/wire";
import type { FastifyInstance } from "fastify";
import { toldOf, toldOfRejected } from "../promises/promise-watch.ts";
import { tokens } from "../tokens.ts";

const unknown: LedgerPromisesAnswer = {
  missed: null,
  overdue: null,
  rejected: null,
  events: [],
  rejectedEvents: [],
};

/** `GET /v1/ledger/promises`: receipts whose time has passed without their event on the ledger, or whose event it rejected. */
export function promisesRoute(app: FastifyInstance, container: DependencyContainer): void {
  const watch = container.resolve(tokens.promiseWatch);
  const catchingUp = container.resolve(tokens.catchingUp);

  app.get(
    "/v1/ledger/promises",
    { config: { access: ["OPERATOR"] }, schema: { response: { 200: ledgerPromisesAnswer } } },
    async (): Promise<LedgerPromisesAnswer> => {
      if (watch === null) return unknown;
      await watch.look();
      // Nothing found in a copy that has yet to catch up does not say that there is nothing.
      if (catchingUp() !== null && watch.promises.overdue === 0) return unknown;
      const { missed, promises, rejected } = watch;
      const listed = await promises.list(overdueListedMax);
      return {
        missed,
        overdue: promises.overdue,
        rejected: rejected.total,
        events: listed.map(toldOf),
        rejectedEvents: rejected.list().map(toldOfRejected),
      };
    },
  );
}

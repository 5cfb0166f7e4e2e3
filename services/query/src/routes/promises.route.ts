import type { DependencyContainer } from "@scrip/service-kit";
import { ledgerPromisesAnswer, overdueListedMax, type LedgerPromisesAnswer } from "@scrip/wire";
import type { FastifyInstance } from "fastify";
import { toldOf } from "../follow/promise-watch.ts";
import { tokens } from "../tokens.ts";

/** `GET /v1/ledger/promises`: receipts whose time has passed without their event on the ledger. */
export function promisesRoute(app: FastifyInstance, container: DependencyContainer): void {
  const watch = container.resolve(tokens.promiseWatch);

  app.get(
    "/v1/ledger/promises",
    { config: { access: ["OPERATOR"] }, schema: { response: { 200: ledgerPromisesAnswer } } },
    async (): Promise<LedgerPromisesAnswer> => {
      if (watch === null) return { missed: null, overdue: null, events: [] };
      const { promises } = watch;
      await watch.look();
      const listed = await promises.list(overdueListedMax);
      return { missed: promises.missed, overdue: promises.overdue, events: listed.map(toldOf) };
    },
  );
}

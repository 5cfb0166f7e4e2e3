import {
  appOf,
  openOperations,
  type OperationsConfig,
  ownBatches,
  ownCallers,
  type Runnable,
} from "@scrip/process";
import { configOf } from "./config.ts";
import { registerIssuance } from "./index.ts";

/** The service in a process of its own, which owns API keys and the secrets of batches. */
export const runnable: Runnable<OperationsConfig> = {
  name: "issuance",
  configOf,
  start: async (given) => {
    // Before anything else: the other services wait for it.
    const callers = await ownCallers(given);
    const batchVault = await ownBatches(given);
    const operations = await openOperations(given);
    const { model, readiness } = operations;
    const { logger, lifecycle, closing } = given;
    const app = await appOf(given, { callers, readiness });
    const issuance = registerIssuance(app, { ...operations, batchVault, callers, logger });
    closing.add("issuance", () => issuance.stop());
    // Which batches were in the middle of something is known once all of them are.
    void model
      .untilCaughtUp()
      .then(() => issuance.resume(model.registry.batches()))
      .catch((error: unknown) => {
        if (!lifecycle.stopping)
          logger.error({ err: error }, "could not resume the work on batches");
      });
    return app;
  },
};

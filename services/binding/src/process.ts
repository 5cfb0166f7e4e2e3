import {
  appOf,
  openCallers,
  openOperations,
  type OperationsConfig,
  type Runnable,
} from "@scrip/process";
import { configOf } from "./config.ts";
import { registerBinding } from "./index.ts";

/** The service in a process of its own. */
export const runnable: Runnable<OperationsConfig> = {
  name: "binding",
  configOf,
  start: async (given) => {
    const operations = await openOperations(given);
    const callers = await openCallers(given);
    const app = await appOf(given, { callers, readiness: operations.readiness });
    registerBinding(app, operations);
    return app;
  },
};

import { type OperationsConfig, operationsSettings } from "@scrip/process";
import { readConfig, type Environment } from "@scrip/service-kit";

const ownPort = 8083;

/** @throws ConfigError naming every fault. */
export const configOf = (env: Environment): OperationsConfig =>
  readConfig(env, operationsSettings(ownPort));

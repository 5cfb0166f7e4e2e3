import {
  cardStoreSettings,
  type CardStoreConfig,
  type CommittedConfig,
  committedSettings,
  type EventLogConfig,
  eventLogSettings,
  type ProcessConfig,
  processSettings,
} from "@scrip/process";
import { readConfig, type Environment } from "@scrip/service-kit";

export type RelayConfig = ProcessConfig & CardStoreConfig & EventLogConfig & CommittedConfig;

const ownPort = 8085;

/** @throws ConfigError naming every fault. */
export const configOf = (env: Environment): RelayConfig =>
  readConfig<RelayConfig>(env, {
    ...processSettings(ownPort),
    ...cardStoreSettings,
    ...eventLogSettings,
    ...committedSettings,
  });

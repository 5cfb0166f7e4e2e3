import {
  type CardStoreConfig,
  cardStoreSettings,
  type HolderVaultConfig,
  holderVaultSettings,
  type LedgerConfig,
  ledgerSettings,
  port,
  type ProcessConfig,
  processSettings,
  type PromiseConfig,
  promiseSettings,
} from "@scrip/process";
import { readConfig, type Environment } from "@scrip/service-kit";

export interface QueryConfig
  extends ProcessConfig, CardStoreConfig, HolderVaultConfig, LedgerConfig, PromiseConfig {
  /** Loopback port on which other processes hear what is committed. */
  readonly committedPort: number;
}

const ownPort = 8084;
const ownCommittedPort = 8094;

/** @throws ConfigError naming every fault. */
export const configOf = (env: Environment): QueryConfig =>
  readConfig<QueryConfig>(env, {
    ...processSettings(ownPort),
    ...cardStoreSettings,
    ...holderVaultSettings,
    ...ledgerSettings,
    ...promiseSettings,
    committedPort: port("SCRIP_COMMITTED_PORT", ownCommittedPort),
  });

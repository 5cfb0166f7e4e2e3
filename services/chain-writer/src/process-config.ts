import {
  type CardStoreConfig,
  cardStoreSettings,
  type EventLogConfig,
  eventLogSettings,
  port,
  type ProcessConfig,
  processSettings,
} from "@scrip/process";
import { readConfig, type Environment } from "@scrip/service-kit";
import { type WriterConfig, writerSettings } from "./config.ts";

export interface WriterProcessConfig
  extends ProcessConfig, CardStoreConfig, EventLogConfig, WriterConfig {
  /** Loopback port on which followers read the ledger. */
  readonly ledgerPort: number;
}

const ownPort = 8086;
const ownLedgerPort = 8096;

/** @throws ConfigError naming every fault. */
export const configOf = (env: Environment): WriterProcessConfig =>
  readConfig<WriterProcessConfig>(env, {
    ...processSettings(ownPort),
    ...cardStoreSettings,
    ...eventLogSettings,
    ...writerSettings,
    ledgerPort: port("SCRIP_LEDGER_PORT", ownLedgerPort),
  });

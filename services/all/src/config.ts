import { logWithinDefaultMs } from "@scrip/application";
import type { Environment, LogLevel } from "@scrip/service-kit";
import { logLevels, oneOf, readConfig, text, whole } from "@scrip/service-kit";

export interface Config {
  /** Where everything is kept. */
  readonly dataDir: string;
  /** Loopback port; 0 takes a free one. */
  readonly port: number;
  readonly logLevel: LogLevel;
  /** Within which time of its own a receipt promises an event to be on the ledger, milliseconds. */
  readonly logWithinMs: number;
}

const portMax = 65_535;
/** Bounds of what may be promised, milliseconds: a second to a day. */
const logWithinMinMs = 1_000;
const logWithinMaxMs = 86_400_000;

/** @throws ConfigError naming every fault. */
export const configOf = (env: Environment): Config =>
  readConfig<Config>(env, {
    dataDir: text("SCRIP_DATA_DIR", { otherwise: ".scrip" }),
    port: whole("SCRIP_PORT", { min: 0, max: portMax, otherwise: 8080 }),
    logLevel: oneOf("SCRIP_LOG_LEVEL", logLevels, { otherwise: "warn" }),
    logWithinMs: whole("SCRIP_LOG_WITHIN_MS", {
      min: logWithinMinMs,
      max: logWithinMaxMs,
      otherwise: logWithinDefaultMs,
    }),
  });

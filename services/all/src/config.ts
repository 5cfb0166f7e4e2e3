import type { Environment, LogLevel } from "@scrip/service-kit";
import { logLevels, oneOf, readConfig, text, whole } from "@scrip/service-kit";

export interface Config {
  /** Where everything is kept. */
  readonly dataDir: string;
  /** Loopback port; 0 takes a free one. */
  readonly port: number;
  readonly logLevel: LogLevel;
}

const portMax = 65_535;

/** @throws ConfigError naming every fault. */
export const configOf = (env: Environment): Config =>
  readConfig<Config>(env, {
    dataDir: text("SCRIP_DATA_DIR", { otherwise: ".scrip" }),
    port: whole("SCRIP_PORT", { min: 0, max: portMax, otherwise: 8080 }),
    logLevel: oneOf("SCRIP_LOG_LEVEL", logLevels, { otherwise: "warn" }),
  });

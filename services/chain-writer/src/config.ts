import { readConfig, type Setting, whole, type Environment } from "@scrip/service-kit";
import { lingerMs } from "./limits.ts";

export interface WriterConfig {
  /** How long the first event of a batch waits for more, milliseconds; 0: not at all. */
  readonly lingerMs: number;
}

export const writerSettings: { readonly [K in keyof WriterConfig]: Setting<WriterConfig[K]> } = {
  lingerMs: whole("SCRIP_WRITER_LINGER_MS", { min: 0, max: 1_000, otherwise: lingerMs }),
};

/** @throws ConfigError naming every fault. */
export const readWriterConfig = (env: Environment): WriterConfig =>
  readConfig<WriterConfig>(env, writerSettings);

import { requireSameHeads } from "@scrip/application";
import type { ReadinessCheck } from "@scrip/service-kit";
import { writerContainer, type WriterPorts } from "./container.ts";
import { tokens } from "./tokens.ts";

export { readWriterConfig, type WriterConfig } from "./config.ts";
export type { WriterPorts } from "./container.ts";

/** A chain-writer to start and stop. */
export interface WriterService {
  readonly readiness: ReadinessCheck;
  /** Compares store and ledger, then begins. @throws PortError CORRUPT when they are not one history: nothing may be written then */
  start(): Promise<void>;
  /** Submits what it has taken and ends. */
  stop(): Promise<void>;
}

/** Brings the event log onto the ledger. */
export function composeWriter(ports: WriterPorts): WriterService {
  const container = writerContainer(ports);
  const writer = container.resolve(tokens.writer);
  return {
    readiness: container.resolve(tokens.watch),
    start: async () => {
      await requireSameHeads(ports);
      await writer.start();
    },
    stop: () => writer.stop(),
  };
}

import type { ReadinessCheck } from "@scrip/service-kit";
import { relayContainer, type RelayPorts } from "./container.ts";
import { tokens } from "./tokens.ts";

export type { RelayPorts } from "./container.ts";

/** A relay to start and stop. */
export interface RelayService {
  readonly readiness: ReadinessCheck;
  /** @throws PortError CORRUPT when the outbox is not what was saved. */
  start(): Promise<void>;
  /** Publishes what the outbox holds, as far as the event log takes it, and ends. */
  stop(): Promise<void>;
}

/** Carries the outbox to the event log. */
export function composeRelay(ports: RelayPorts): RelayService {
  const container = relayContainer(ports);
  const relay = container.resolve(tokens.relay);
  return {
    readiness: container.resolve(tokens.watch),
    start: () => relay.start(),
    stop: () => relay.stop(),
  };
}

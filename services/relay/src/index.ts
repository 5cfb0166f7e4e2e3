import type { ReadinessCheck } from "@scrip/service-kit";
import { relayContainer, type RelayPorts } from "./container.ts";
import { tokens } from "./tokens.ts";

export type { RelayPorts } from "./container.ts";

/** Relay and sweeper, to start and stop together. */
export interface RelayService {
  readonly readiness: ReadinessCheck;
  /** @throws PortError CORRUPT when the outbox is not what was saved. */
  start(): Promise<void>;
  /** Ends the sweeping, publishes what the outbox holds, as far as the event log takes it, and ends. */
  stop(): Promise<void>;
}

/** Carries the outbox to the event log, and puts into it what falls due of cards that nobody touches. */
export function composeRelay(ports: RelayPorts): RelayService {
  const container = relayContainer(ports);
  const relay = container.resolve(tokens.relay);
  const sweeper = container.resolve(tokens.sweeper);
  return {
    readiness: container.resolve(tokens.watch),
    start: async () => {
      await relay.start();
      sweeper.start();
    },
    stop: async () => {
      await sweeper.stop();
      await relay.stop();
    },
  };
}

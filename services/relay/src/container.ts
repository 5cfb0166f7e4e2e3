import {
  Relay,
  Sweeper,
  type Pause,
  type SweeperWiring,
  type SweepPorts,
} from "@scrip/application";
import { createContainer, provide, type DependencyContainer } from "@scrip/service-kit";
import { RelayWatch, type RelayWatchWiring } from "./relay-watch.ts";
import { SweepWatch } from "./sweep-watch.ts";
import { tokens } from "./tokens.ts";
import type { EventLog } from "@scrip/ports";
import type { Hash } from "@scrip/merkle-log";

/** What whoever runs the relay has opened, and closes after it. */
export interface RelayPorts extends RelayWatchWiring {
  readonly eventLog: EventLog;
  readonly hash: Hash;
  /** What is swept for what falls due by itself. */
  readonly sweeping: Omit<SweepPorts, "hash"> & Pick<SweeperWiring, "finality">;
  /** Waits between two rounds; tests pass one of their own. */
  readonly sweepPause?: Pause;
}

/** The relay, wired. */
export function relayContainer(ports: RelayPorts): DependencyContainer {
  const container = createContainer();
  provide(container, tokens.outbox, () => ports.outbox);
  provide(container, tokens.eventLog, () => ports.eventLog);
  provide(container, tokens.hash, () => ports.hash);
  provide(container, tokens.logger, () => ports.logger);
  provide(container, tokens.metrics, () => ports.metrics);
  provide(
    container,
    tokens.watch,
    (from) =>
      new RelayWatch({
        outbox: from.resolve(tokens.outbox),
        logger: from.resolve(tokens.logger),
        metrics: from.resolve(tokens.metrics),
      }),
  );
  provide(
    container,
    tokens.relay,
    (from) =>
      new Relay({
        outbox: from.resolve(tokens.outbox),
        eventLog: from.resolve(tokens.eventLog),
        hash: from.resolve(tokens.hash),
        observer: from.resolve(tokens.watch),
      }),
  );
  provide(
    container,
    tokens.sweeper,
    (from) =>
      new Sweeper({
        ...ports.sweeping,
        hash: from.resolve(tokens.hash),
        observer: new SweepWatch({
          logger: from.resolve(tokens.logger),
          metrics: from.resolve(tokens.metrics),
        }),
        ...(ports.sweepPause === undefined ? {} : { pause: ports.sweepPause }),
      }),
  );
  return container;
}

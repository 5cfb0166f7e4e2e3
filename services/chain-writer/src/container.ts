import type { Hash } from "@scrip/merkle-log";
import type { EventLog, Ledger, Outbox, Signer } from "@scrip/ports";
import { createContainer, provide, type DependencyContainer } from "@scrip/service-kit";
import { ChainWriter } from "./chain-writer.ts";
import type { WriterConfig } from "./config.ts";
import { tokens } from "./tokens.ts";
import { WriterWatch, type WriterWatchWiring } from "./writer-watch.ts";

/** What whoever runs the chain-writer has opened, and closes after it. */
export interface WriterPorts extends WriterWatchWiring {
  readonly config: WriterConfig;
  readonly outbox: Outbox;
  readonly eventLog: EventLog;
  readonly ledger: Ledger;
  /** A writer key that genesis or a later entry registered. */
  readonly signer: Signer;
  readonly chainId: string;
  /** Of the chain's crypto suite. */
  readonly hash: Hash;
}

/** The chain-writer, wired. */
export function writerContainer(ports: WriterPorts): DependencyContainer {
  const container = createContainer();
  provide(container, tokens.config, () => ports.config);
  provide(container, tokens.outbox, () => ports.outbox);
  provide(container, tokens.eventLog, () => ports.eventLog);
  provide(container, tokens.ledger, () => ports.ledger);
  provide(container, tokens.signer, () => ports.signer);
  provide(container, tokens.chainId, () => ports.chainId);
  provide(container, tokens.hash, () => ports.hash);
  provide(container, tokens.logger, () => ports.logger);
  provide(container, tokens.metrics, () => ports.metrics);
  provide(
    container,
    tokens.watch,
    (from) =>
      new WriterWatch({
        logger: from.resolve(tokens.logger),
        metrics: from.resolve(tokens.metrics),
      }),
  );
  provide(
    container,
    tokens.writer,
    (from) =>
      new ChainWriter({
        eventLog: from.resolve(tokens.eventLog),
        ledger: from.resolve(tokens.ledger),
        outbox: from.resolve(tokens.outbox),
        writer: {
          chainId: from.resolve(tokens.chainId),
          hash: from.resolve(tokens.hash),
          signer: from.resolve(tokens.signer),
        },
        observer: from.resolve(tokens.watch),
        lingerMs: from.resolve(tokens.config).lingerMs,
      }),
  );
  return container;
}

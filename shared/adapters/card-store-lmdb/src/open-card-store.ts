import type { CardStore, Outbox } from "@scrip/ports";
import { LmdbCardStore } from "./card-store.ts";
import { openEnvironment } from "./environment.ts";
import { identify, type StoreIdentity } from "./identity.ts";
import { outboxEventsMax } from "./limits.ts";

/** Where a card store is kept, and what it belongs to. */
export interface CardStoreOptions extends StoreIdentity {
  /** A directory of its own; made when it is not there. */
  readonly directory: string;
  /** Events that may wait for the ledger. */
  readonly outboxEventsMax?: number;
}

/**
 * Opens the card store in a directory, for this process alone.
 * @throws PortError NOT_OURS, in one line: in use by another process, not writable, no card store, or of another
 * chain, format or number of shards. CORRUPT when its streams cannot be read.
 */
export async function openCardStore(options: CardStoreOptions): Promise<CardStore & Outbox> {
  const environment = openEnvironment(options.directory);
  try {
    const streams = identify(options.directory, environment, options);
    return new LmdbCardStore(environment, streams, { outboxEventsMax, ...options });
  } catch (error) {
    await environment.release();
    throw error;
  }
}

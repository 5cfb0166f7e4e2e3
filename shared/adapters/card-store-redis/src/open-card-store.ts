import type { CardStore, Outbox } from "@scrip/ports";
import { RedisCardStore } from "./card-store.ts";
import { identify, type StoreIdentity } from "./identity.ts";
import { outboxEventsMax } from "./limits.ts";
import { reach, type ReachOptions } from "./server/reach.ts";
import { type Serving, WriteGate } from "./write-gate.ts";

/** Where a card store is kept, and what it belongs to. */
export interface CardStoreOptions extends StoreIdentity, ReachOptions {
  /** Events of one shard that may wait for the ledger. */
  readonly outboxEventsMax?: number;
}

/**
 * A card store that many processes share. Until it was opened for writes, and again after its server was started anew,
 * saves, trims and candidates are UNAVAILABLE: ask `serving`, compare the heads of the streams with the ledger's, then
 * `openForWrites`.
 */
export interface SharedCardStore extends CardStore, Outbox {
  /** Which run of a server serves each stream now. */
  serving(): Promise<Serving>;
  /**
   * Says that the heads were compared while these served; for all processes.
   * @throws PortError UNAVAILABLE when a server was started again meanwhile: compare again
   */
  openForWrites(compared: Serving): Promise<void>;
}

/**
 * Opens the card store on a server, or on a cluster; makes it where there is nothing yet.
 * @throws PortError NOT_OURS, in one line: settings that may lose what was acknowledged, no card store, or one of another
 * chain, format or number of shards. UNAVAILABLE when it cannot be reached or is loading its data.
 */
export async function openCardStore(options: CardStoreOptions): Promise<SharedCardStore> {
  const reached = await reach(options);
  try {
    await identify(reached, options);
    const { shards } = options;
    const gate = new WriteGate(reached, shards);
    return new RedisCardStore(reached, gate, { outboxEventsMax, ...options });
  } catch (error) {
    await reached.server.close();
    throw error;
  }
}

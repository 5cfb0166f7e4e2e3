import type { CardStore, Clock, HolderVault, Identity, Registry } from "@scrip/ports";
import type { Hash } from "@scrip/merkle-log";

/** What the use cases need of the world. */
export interface OperationPorts {
  readonly store: CardStore;
  readonly vault: HolderVault;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly identity: Identity;
  readonly hash: Hash;
}

/** Longest holder reference that a vault keeps, in UTF-16 units: 128 characters of any script. */
export const holderUnitsMax = 256;

/** Who a holder is to the card store (walletId) and to the ledger (salt, hashed per program). */
export interface HolderIdentity {
  /** 20 random bytes hex; the wallet's shard is its first byte modulo S. */
  readonly walletId: string;
  /** 32 random bytes hex. */
  readonly salt: string;
}

/** The only place where a holder reference stands. */
export interface HolderVault {
  find(holder: string): Promise<HolderIdentity | undefined>;
  /** Put-if-absent: returns what is kept, which may be another's earlier proposal. Durable on return. */
  identify(holder: string, proposed: HolderIdentity): Promise<HolderIdentity>;
  /** Everybody's identity, in no order and without whose it is: which wallet a commitment on the ledger belongs to. */
  identities(): AsyncIterable<HolderIdentity>;
  /** Deletes the record: what is on the ledger can no longer be linked to the holder. */
  forget(holder: string): Promise<void>;
  close(): Promise<void>;
}

/** Where a vault keeps its things. */
export interface VaultOptions {
  /** Made when it is not there, for its owner alone. */
  readonly directory: string;
  /** The chain (its log's origin) that this vault's holders, batches and callers belong to. */
  readonly chainId: string;
}

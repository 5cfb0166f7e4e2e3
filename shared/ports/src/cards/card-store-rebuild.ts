import type { CardRecord, DueEntry, OperationRecord, Outcome, WalletEntry } from "./card-store.ts";
import { checkChange } from "./check-change.ts";

/** Records of one shard as ledger and vaults tell them, whoever saved them once. */
export interface RestoredRecords {
  readonly shard: number;
  /** Cards of a batch also enter its index. */
  readonly cards: readonly CardRecord[];
  readonly operations: readonly OperationRecord[];
  /** Of keys whose bodies nobody knows any more: a retry finds its outcome, whatever its body. */
  readonly outcomes: readonly Outcome[];
  readonly claims: readonly string[];
  readonly wallets: readonly WalletEntry[];
  readonly dues: readonly DueEntry[];
}

/**
 * A card store that is made anew from what the ledger has: streams begin where the ledger stands, the outbox is empty.
 * Until `finish` it opens as a card store for nobody, also after a kill: then the place is removed and begun again.
 */
export interface CardStoreRebuild {
  /** Card shards S. */
  readonly shards: number;
  /**
   * Puts records, whatever stood there before; durable once it resolves. May be called again while it works.
   * @throws PortError CONTRACT_BROKEN what a save of these records would be refused for; nothing was put.
   */
  restore(records: RestoredRecords): Promise<void>;
  /** From here on the place is a card store; it is closed and may be opened as one. */
  finish(): Promise<void>;
  /** Gives the place back as it is. */
  close(): Promise<void>;
}

/** What every adapter demands of restored records. @throws PortError CONTRACT_BROKEN */
export function checkRestored(records: RestoredRecords, shards: number): void {
  const { shard, cards, operations, claims, wallets, dues } = records;
  checkChange(
    {
      shard,
      pointer: null,
      outcome: null,
      cards: cards.map((record) => ({ record, expectedVersion: 0 })),
      operations: operations.map((record) => ({ record, expectedVersion: 0 })),
      operationRemoves: [],
      claims,
      events: [],
      walletAdds: wallets,
      walletRemoves: [],
      dueAdds: dues,
      dueRemoves: [],
    },
    shards,
  );
}

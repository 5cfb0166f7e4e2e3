import type { RootDatabase, Transaction } from "lmdb";

/**
 * What reads see: the environment as it was when the last commit had resolved. LMDB shows a commit to new readers a
 * moment before its promise resolves; a reader pinned to one snapshot cannot notice.
 */
export class Snapshot {
  readonly #root: RootDatabase<Uint8Array, string>;
  #transaction: Transaction;

  constructor(root: RootDatabase<Uint8Array, string>) {
    this.#root = root;
    this.#transaction = root.useReadTransaction();
  }

  get transaction(): Transaction {
    return this.#transaction;
  }

  /** Moves on to what is committed now. */
  renew(): void {
    const old = this.#transaction;
    this.#root.resetReadTxn();
    this.#transaction = this.#root.useReadTransaction();
    old.done();
  }

  done(): void {
    this.#transaction.done();
  }
}

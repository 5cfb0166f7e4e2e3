import type { Card, CardId } from "@scrip/domain";
import type { CardRecord, CardStore, WalletEntry } from "@scrip/ports";
import { noEffects } from "../keyed/attempt.ts";
import { walletSweepPageEntries } from "./limits.ts";

/**
 * Goes through the wallet index, a page of one shard at a time, and drops what names a card that is not in that wallet
 * and can never be put there. An entry of a card that can still be bound stays: it may be the candidate of a binding
 * that is about to be saved, and the index may hold too much, never too little.
 */
export class WalletSweep {
  readonly #store: CardStore;
  #shard = 0;
  #after: WalletEntry | null = null;

  constructor(store: CardStore) {
    this.#store = store;
  }

  /** The shard whose turn it is. */
  get shard(): number {
    return this.#shard;
  }

  /** The next page. @returns how many entries are gone @throws PortError UNAVAILABLE: the same page has its turn again */
  async step(): Promise<number> {
    const shard = this.#shard;
    const page = await this.#store.walletEntries(shard, this.#after, walletSweepPageEntries);
    const dropped = await this.#drop(shard, page);
    const last = page.at(-1);
    const isLast = last === undefined || page.length < walletSweepPageEntries;
    this.#after = isLast ? null : last;
    if (isLast) this.#shard = (shard + 1) % this.#store.shards;
    return dropped;
  }

  async #drop(shard: number, page: readonly WalletEntry[]): Promise<number> {
    const records = await this.#recordsOf(page);
    const stale = page.filter(({ cardId, walletId }) => {
      const record = records.get(cardId);
      return record !== undefined && record.walletId !== walletId && hasEnded(record.card);
    });
    if (stale.length === 0) return 0;
    await this.#store.save({
      ...noEffects,
      shard,
      pointer: null,
      outcome: null,
      walletRemoves: stale,
    });
    await this.#putBack(stale);
    return stale.length;
  }

  /** An operator's word alone brings a card back from its end: who gave it between our look and our save is heeded. */
  async #putBack(dropped: readonly WalletEntry[]): Promise<void> {
    const records = await this.#recordsOf(dropped);
    for (const entry of dropped)
      if (records.get(entry.cardId)?.walletId === entry.walletId)
        await this.#store.addWalletCandidate(entry);
  }

  async #recordsOf(entries: readonly WalletEntry[]): Promise<Map<CardId, CardRecord>> {
    const records = await this.#store.cards([...new Set(entries.map(({ cardId }) => cardId))]);
    return new Map(records.map((record) => [record.card.cardId, record]));
  }
}

/** No binding is saved for such a card any more. */
const hasEnded = ({ standing: { status } }: Card): boolean =>
  status === "REPLACED" || status === "CANCELLED" || status === "EXPIRED";

import type { Card, CardId } from "@scrip/domain";
import type { CardRecord, CardStore, Finality, WalletEntry } from "@scrip/ports";
import { noEffects } from "../keyed/attempt.ts";
import { walletSweepPageEntries } from "./limits.ts";

export interface WalletSweeping {
  readonly store: CardStore;
  /** Of the verified copy. */
  readonly finality: Pick<Finality, "of">;
}

/**
 * Goes through the wallet index, a page of one shard at a time, and drops what names a card that is not in that wallet
 * and can never be put there. Who saves between the look at a card, in its own shard, and the removal, in the wallet's,
 * is not noticed, so only what stays true counts. An entry of a card that can still be bound stays: it may be the
 * candidate of a binding that is about to be saved, and the index may hold too much, never too little.
 */
export class WalletSweep {
  readonly #store: CardStore;
  readonly #finality: WalletSweeping["finality"];
  #shard = 0;
  #after: WalletEntry | null = null;

  constructor({ store, finality }: WalletSweeping) {
    this.#store = store;
    this.#finality = finality;
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
    const stale: WalletEntry[] = [];
    for (const entry of page) {
      const record = records.get(entry.cardId);
      if (record === undefined || record.walletId === entry.walletId) continue;
      if (await this.#isOver(record)) stale.push(entry);
    }
    if (stale.length === 0) return 0;
    await this.#store.save({
      ...noEffects,
      shard,
      pointer: null,
      outcome: null,
      walletRemoves: stale,
    });
    return stale.length;
  }

  /**
   * Whether the card has ended and the ledger has it so. Before, its events may yet be refused, and an operator may set
   * it to what it was while it was in the wallet; afterwards there is no such state to go back to.
   */
  async #isOver({ card, lastEventId }: CardRecord): Promise<boolean> {
    return hasEnded(card) && (await this.#finality.of(lastEventId)) === "COMMITTED";
  }

  async #recordsOf(entries: readonly WalletEntry[]): Promise<Map<CardId, CardRecord>> {
    const records = await this.#store.cards([...new Set(entries.map(({ cardId }) => cardId))]);
    return new Map(records.map((record) => [record.card.cardId, record]));
  }
}

/** Nobody binds such a card any more. */
const hasEnded = ({ standing: { status } }: Card): boolean =>
  status === "REPLACED" || status === "CANCELLED" || status === "EXPIRED";

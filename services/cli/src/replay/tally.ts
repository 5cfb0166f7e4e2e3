import type { Basket } from "./basket.ts";
import { storesMax, topStoresMax } from "./limits.ts";
import type { LagQuantiles } from "./lag-samples.ts";
import type { BasketOutcome } from "./replay-basket.ts";

interface StoreSum {
  readonly store: string;
  baskets: number;
  /** Minor units sold. */
  amount: number;
  /** Points. */
  redeemed: number;
}

/** What a replay came to. */
export interface Summary {
  readonly baskets: number;
  /** Baskets with operations that had all been answered before: nothing happened for them this time. */
  readonly basketsSeenBefore: number;
  readonly linesLeftOut: number;
  readonly grants: number;
  readonly pointsGranted: number;
  readonly writeOffs: number;
  readonly declined: number;
  readonly pointsRedeemed: number;
  /** By what they sold. */
  readonly topStores: readonly Readonly<StoreSum>[];
  readonly requests: number;
  readonly requestsNew: number;
  readonly seconds: number;
  readonly requestsPerSecond: number;
  readonly acceptedToCommitted: LagQuantiles;
}

/** Adds up what became of the baskets, those of earlier runs included: their answers are the first ones again. */
export class Tally {
  readonly #stores = new Map<string, StoreSum>();
  readonly #sums = {
    baskets: 0,
    basketsSeenBefore: 0,
    linesLeftOut: 0,
    grants: 0,
    pointsGranted: 0,
    writeOffs: 0,
    declined: 0,
    pointsRedeemed: 0,
    requests: 0,
    requestsNew: 0,
  };

  get baskets(): number {
    return this.#sums.baskets;
  }

  get linesLeftOut(): number {
    return this.#sums.linesLeftOut;
  }

  leaveOut(): void {
    this.#sums.linesLeftOut += 1;
  }

  add(basket: Basket, outcome: BasketOutcome): void {
    const sums = this.#sums;
    sums.baskets += 1;
    if (outcome.requests > 0 && outcome.replayed === outcome.requests) sums.basketsSeenBefore += 1;
    if (outcome.granted > 0) sums.grants += 1;
    sums.pointsGranted += outcome.granted;
    if (outcome.redeemed > 0) sums.writeOffs += 1;
    if (outcome.declined) sums.declined += 1;
    sums.pointsRedeemed += outcome.redeemed;
    sums.requests += outcome.requests;
    sums.requestsNew += outcome.requests - outcome.replayed;
    this.#addStore(basket, outcome);
  }

  summary(seconds: number, acceptedToCommitted: LagQuantiles): Summary {
    const topStores = [...this.#stores.values()]
      .sort((a, b) => b.amount - a.amount || (a.store < b.store ? -1 : 1))
      .slice(0, topStoresMax);
    const requestsPerSecond = seconds > 0 ? this.#sums.requests / seconds : 0;
    return { ...this.#sums, topStores, seconds, requestsPerSecond, acceptedToCommitted };
  }

  #addStore({ storeId, amount }: Basket, { redeemed }: BasketOutcome): void {
    let sum = this.#stores.get(storeId);
    if (sum === undefined) {
      if (this.#stores.size >= storesMax) return;
      sum = { store: storeId, baskets: 0, amount: 0, redeemed: 0 };
      this.#stores.set(storeId, sum);
    }
    sum.baskets += 1;
    sum.amount += amount;
    sum.redeemed += redeemed;
  }
}

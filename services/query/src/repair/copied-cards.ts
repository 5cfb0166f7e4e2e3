import type { LedgerCards, RejectedEvent } from "@scrip/application";
import type { CardId, CardReconciled, OpId } from "@scrip/domain";
import { PortError } from "@scrip/ports";
import { decodeLeaf, type Hash, leafKey, type ShardHead } from "@scrip/wire";
import { historyPageEvents } from "../limits.ts";
import type { CopyReads } from "../proofs/checked-reads.ts";
import { logEventAt } from "../reading/log-event.ts";

/** Cards as the verified copy has them, for whoever brings a card store to it. */
export class CopiedCards implements LedgerCards {
  readonly #store: CopyReads;
  readonly #hash: Hash;

  constructor(store: CopyReads, hash: Hash) {
    this.#store = store;
    this.#hash = hash;
  }

  card(cardId: CardId): ReturnType<LedgerCards["card"]> {
    const bytes = this.#store.leaf(leafKey(this.#hash, "card", cardId));
    return bytes && decodeLeaf("card", bytes);
  }

  operation(opId: OpId): ReturnType<LedgerCards["operation"]> {
    const bytes = this.#store.leaf(leafKey(this.#hash, "operation", opId));
    return bytes && decodeLeaf("operation", bytes);
  }

  head(shard: number): ShardHead {
    const bytes = this.#store.leaf(leafKey(this.#hash, "shard-head", shard));
    if (bytes !== undefined) return decodeLeaf("shard-head", bytes);
    throw new PortError("UNAVAILABLE", "nothing of the ledger is verified yet");
  }

  rejected(cardId: CardId): readonly RejectedEvent[] {
    let refused: RejectedEvent[] = [];
    for (let after = -1; ;) {
      const page = this.#store.history(cardId, after, historyPageEvents);
      for (const index of page) {
        const { event, rejection } = logEventAt(this.#store, index);
        if (rejection === null) refused = [];
        else if (event !== null) refused.push({ index, event });
      }
      if (page.length < historyPageEvents) return refused;
      after = page.at(-1) ?? after;
    }
  }

  reconciliation(eventId: string): CardReconciled | undefined {
    const index = this.#store.indexOfEvent(eventId);
    if (index === undefined) return undefined;
    const { event, rejection } = logEventAt(this.#store, index);
    return rejection === null && event?.type === "CardReconciled" ? event : undefined;
  }
}

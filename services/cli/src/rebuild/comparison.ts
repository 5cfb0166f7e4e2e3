import type { CardStore, CardRecord, OperationRecord, Outcome } from "@scrip/ports";
import { encodeLeaf, equalBytes, formatCardId } from "@scrip/wire";
import { namedMax, oldPageRecords } from "./limits.ts";

/** Records of one kind, the ledger's beside the old store's. */
export interface Compared {
  same: number;
  /** The old store had another one. */
  other: number;
  /** The old store had none. */
  missing: number;
}

const none = (): Compared => ({ same: 0, other: 0, missing: 0 });

/** Holds what is rebuilt against the store that was there before, record by record. */
export class Comparison {
  readonly cards = none();
  readonly operations = none();
  readonly outcomes = none();
  /** Outcomes whose answer is not the very one that was given: the event does not tell all of it. */
  answersOther = 0;
  /** The first records that differ. */
  readonly named: string[] = [];
  readonly #old: CardStore;

  constructor(old: CardStore) {
    this.#old = old;
  }

  async compareCards(records: readonly CardRecord[]): Promise<void> {
    const found = await this.#old.cards(records.map(({ card }) => card.cardId));
    const old = new Map(found.map((record) => [record.card.cardId, record]));
    for (const record of records) {
      const { cardId } = record.card;
      this.#count(this.cards, old.get(cardId), {
        same: (other) => sameCard(record, other),
        name: () => formatCardId(cardId),
      });
    }
  }

  async compareOperations(shard: number, records: readonly OperationRecord[]): Promise<void> {
    for (const record of records) {
      const { opId } = record.operation;
      this.#count(this.operations, await this.#old.operation(shard, opId), {
        same: (other) => equalBytes(leafOfOperation(record), leafOfOperation(other)),
        name: () => `operation ${opId}`,
      });
    }
  }

  async compareOutcomes(shard: number, outcomes: readonly Outcome[]): Promise<void> {
    for (const outcome of outcomes) {
      const { opId, eventId, seq, kind } = outcome;
      const old = await this.#old.outcome(shard, opId);
      this.#count(this.outcomes, old, {
        same: (other) => other.eventId === eventId && other.seq === seq && other.kind === kind,
        name: () => `outcome of ${opId}`,
      });
      if (old !== undefined && old.answer !== outcome.answer) this.answersOther += 1;
    }
  }

  /** Cards and operations that only the old store has. */
  async onlyOld(): Promise<{ readonly cards: number; readonly operations: number }> {
    const { cards } = await this.#old.totals();
    let operations = 0;
    for (let shard = 0; shard < this.#old.shards; shard += 1) {
      let page: OperationRecord[] = [];
      do {
        const after = page.at(-1)?.operation.opId ?? null;
        page = await this.#old.operationsOf(shard, after, oldPageRecords);
        operations += page.length;
      } while (page.length > 0);
    }
    return {
      cards: cards - this.cards.same - this.cards.other,
      operations: operations - this.operations.same - this.operations.other,
    };
  }

  #count<Rec>(
    counts: Compared,
    old: Rec | undefined,
    { same, name }: { same: (old: Rec) => boolean; name: () => string },
  ): void {
    if (old === undefined) counts.missing += 1;
    else if (same(old)) counts.same += 1;
    else counts.other += 1;
    if (old !== undefined && same(old)) return;
    if (this.named.length < namedMax) this.named.push(name());
  }
}

const sameCard = (a: CardRecord, b: CardRecord): boolean =>
  a.walletId === b.walletId && equalBytes(leafOfCard(a), leafOfCard(b));

/** All of a record but its wallet, as bytes. */
const leafOfCard = ({ card, lastEventId, nonce }: CardRecord): Uint8Array =>
  encodeLeaf("card", { card, lastEventId, nonce, diverged: false });

const leafOfOperation = ({ operation, lastEventId, nonce }: OperationRecord): Uint8Array =>
  encodeLeaf("operation", { operation, lastEventId, nonce, diverged: false });

import { type CardId, type OpId, shardOf } from "@scrip/domain";
import {
  type BatchPage,
  type CardRecord,
  type CardStore,
  type Change,
  type DueEntry,
  checkChange,
  type OperationRecord,
  type Outbox,
  type OutboxEntry,
  type Outcome,
  type Pointer,
  PortError,
  type SaveResult,
  type StoreTotals,
  type StreamPosition,
  type WalletEntry,
} from "@scrip/ports";
import type { MemoryCardDisk } from "./card-disk.ts";
import { setAt } from "./card-disk.ts";
import { saveInMemory } from "./save.ts";

/**
 * A card store in memory that keeps the contract and is stricter than a real one: records are frozen, an event id
 * never comes twice, a card's version moves with its events and its time never goes back. Nothing is there before
 * the turn in which its promise resolves.
 */
export class MemoryCardStore implements CardStore, Outbox {
  readonly shards: number;
  readonly streams: number;
  readonly #disk: MemoryCardDisk;
  readonly #listeners = new Set<{ readonly hear: (shard: number) => void }>();
  #closed = false;

  constructor(disk: MemoryCardDisk) {
    this.#disk = disk;
    this.shards = disk.shards;
    this.streams = disk.shards + 1;
  }

  async card(cardId: CardId): Promise<CardRecord | undefined> {
    return this.#open().cards.get(cardId);
  }

  async cards(cardIds: readonly CardId[]): Promise<CardRecord[]> {
    const { cards } = this.#open();
    return cardIds.flatMap((cardId) => cards.get(cardId) ?? []);
  }

  async operation(shard: number, opId: OpId): Promise<OperationRecord | undefined> {
    return this.#open().operations.get(`${shard} ${opId}`);
  }

  async pointer(opId: OpId): Promise<Pointer | undefined> {
    return this.#open().pointers.get(opId);
  }

  async outcome(shard: number, opId: OpId): Promise<Outcome | undefined> {
    const found = this.#open().outcomes.get(opId);
    if (found === undefined || found.shard !== shard) return undefined;
    const { shard: _, ...outcome } = found;
    return outcome;
  }

  async claimed(claim: string): Promise<boolean> {
    return this.#open().claims.has(claim);
  }

  async walletCards(walletId: string, after: CardId | null, limit: number): Promise<CardId[]> {
    return page(this.#open().wallets.get(walletId) ?? [], after, limit);
  }

  async walletEntries(
    shard: number,
    after: WalletEntry | null,
    limit: number,
  ): Promise<WalletEntry[]> {
    this.#stream(shard);
    const keyOf = ({ walletId, cardId }: WalletEntry): string => walletId + cardId;
    const entries = [...this.#open().wallets]
      .filter(([walletId]) => shardOf(walletId, this.shards) === shard)
      .flatMap(([walletId, ids]) => [...ids].map((cardId) => ({ walletId, cardId })))
      .filter((entry) => after === null || keyOf(entry) > keyOf(after));
    return entries.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).slice(0, limited(limit));
  }

  async batchCards({ batchId, shard, after, limit }: BatchPage): Promise<CardId[]> {
    const ids = [...(this.#open().batches.get(batchId) ?? [])];
    const here = ids.filter((cardId) => shardOf(cardId, this.shards) === shard);
    return page(here, after, limit);
  }

  async due(shard: number, untilMs: number, limit: number): Promise<DueEntry[]> {
    this.#stream(shard);
    const here = [...(this.#open().dues.get(shard) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    const due = here.map(([, entry]) => entry).filter(({ dueAtMs }) => dueAtMs <= untilMs);
    return due.slice(0, limited(limit));
  }

  async scan(shard: number, after: CardId | null, limit: number): Promise<CardRecord[]> {
    this.#stream(shard);
    const { cards } = this.#open();
    const here = [...cards.keys()].filter((cardId) => shardOf(cardId, this.shards) === shard);
    return page(here, after, limited(limit)).flatMap((cardId) => cards.get(cardId) ?? []);
  }

  async operationsOf(shard: number, after: OpId | null, limit: number): Promise<OperationRecord[]> {
    this.#stream(shard);
    const here = [...this.#open().operations].filter(([key]) => key.startsWith(`${shard} `));
    const byId = new Map(here.map(([, record]) => [record.operation.opId, record]));
    return page(byId.keys(), after, limited(limit)).flatMap((opId) => byId.get(opId) ?? []);
  }

  async addWalletCandidate({ walletId, cardId }: WalletEntry): Promise<void> {
    await this.#durable((disk) => setAt(disk.wallets, walletId).add(cardId));
  }

  async save(change: Change): Promise<SaveResult> {
    this.#open();
    checkChange(change, this.shards);
    const result = await this.#durable((disk) => saveInMemory(disk, change));
    if (result.kind === "SAVED" && change.events.length > 0) this.#tell(change.shard);
    return result;
  }

  async totals(): Promise<StoreTotals> {
    const cards = [...this.#open().cards.values()].map(({ card }) => card);
    const sum = (amountOf: (card: CardRecord["card"]) => bigint): bigint =>
      cards.reduce((total, card) => total + amountOf(card), 0n);
    return {
      cards: cards.length,
      balance: sum(({ balance }) => balance),
      held: sum(({ held }) => held),
      loaded: sum(({ sums }) => sums.loaded),
      writtenOff: sum(({ sums }) => sums.writtenOff),
      refunded: sum(({ sums }) => sums.refunded),
    };
  }

  async read(shard: number, fromSeq: number, limit: number): Promise<OutboxEntry[]> {
    const { trimPoint, events } = this.#stream(shard);
    limited(limit);
    const from = Math.max(fromSeq, trimPoint.seq);
    return events
      .slice(from - trimPoint.seq, from - trimPoint.seq + limit)
      .map((event, nth) => ({ ...structuredClone(event), seq: from + nth }));
  }

  async nextSeq(shard: number): Promise<number> {
    const { trimPoint, events } = this.#stream(shard);
    return trimPoint.seq + events.length;
  }

  async trimPoint(shard: number): Promise<StreamPosition> {
    return this.#stream(shard).trimPoint;
  }

  async trim(shard: number, to: StreamPosition): Promise<void> {
    this.#stream(shard);
    await this.#durable(() => {
      const stream = this.#stream(shard);
      const { seq, epoch } = stream.trimPoint;
      if (to.seq < seq || (to.seq === seq && to.epoch <= epoch)) return;
      if (to.seq > seq + stream.events.length) broken(`trimming shard ${shard} beyond its head`);
      stream.events.splice(0, to.seq - seq);
      stream.trimPoint = Object.freeze({ ...to });
    });
  }

  onAppend(listener: (shard: number) => void): () => void {
    const own = { hear: listener };
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #tell(shard: number): void {
    for (const { hear } of this.#listeners) queueMicrotask(() => hear(shard));
  }

  /** Does something in a later turn, as a disk would. */
  async #durable<T>(act: (disk: MemoryCardDisk) => T): Promise<T> {
    await new Promise((resolve) => setImmediate(resolve));
    return act(this.#disk);
  }

  #open(): MemoryCardDisk {
    if (this.#closed) throw new PortError("UNAVAILABLE", "memory card store: it is closed");
    return this.#disk;
  }

  #stream(shard: number): MemoryCardDisk["streams"][number] {
    return this.#open().streams[shard] ?? broken(`no shard ${shard}`);
  }
}

function page<Id extends string>(ids: Iterable<Id>, after: Id | null, limit: number): Id[] {
  const following = [...ids].sort().filter((id) => after === null || id > after);
  return following.slice(0, limit);
}

function limited(limit: number): number {
  return Number.isInteger(limit) && limit > 0 ? limit : broken(`a limit of ${limit}`);
}

function broken(what: string): never {
  throw new PortError("CONTRACT_BROKEN", `memory card store: ${what}`);
}

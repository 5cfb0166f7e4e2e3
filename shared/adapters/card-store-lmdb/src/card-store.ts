import type { CardId, OpId } from "@scrip/domain";
import {
  type BatchPage,
  type CardRecord,
  type CardStore,
  type Change,
  checkChange,
  type DueEntry,
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
import { AppendListeners } from "./append-listeners.ts";
import { GroupCommit } from "./commit/group-commit.ts";
import { saveStep } from "./commit/save-step.ts";
import type { Streams } from "./commit/streams.ts";
import { trimStep } from "./commit/trim-step.ts";
import type { Environment } from "./environment.ts";
import { storable } from "./faults.ts";
import {
  readBatch,
  readCard,
  readClaim,
  readDue,
  readEvents,
  readKey,
  readOperation,
  readTrimPoint,
  readWallet,
} from "./reads.ts";
import { readCards, readOperations, readTotals, readWalletEntries } from "./scans.ts";
import { entryUnder } from "./records/checksum.ts";
import { walletKey } from "./records/keys.ts";

/** Card store and outbox in one LMDB environment: what moves together is one commit. */
export class LmdbCardStore implements CardStore, Outbox {
  readonly shards: number;
  readonly streams: number;
  readonly #environment: Environment;
  readonly #streams: Streams;
  readonly #outboxEventsMax: number;
  readonly #listeners = new AppendListeners();
  readonly #commits: GroupCommit;
  #closing: Promise<void> | null = null;

  constructor(
    environment: Environment,
    streams: Streams,
    { outboxEventsMax }: { readonly outboxEventsMax: number },
  ) {
    this.#environment = environment;
    this.#streams = streams;
    this.#outboxEventsMax = outboxEventsMax;
    this.streams = streams.count;
    this.shards = this.streams - 1;
    this.#commits = new GroupCommit(environment, streams, (shards) => this.#listeners.tell(shards));
  }

  async card(cardId: CardId): Promise<CardRecord | undefined> {
    return readCard(this.#open(), cardId);
  }

  async cards(cardIds: readonly CardId[]): Promise<CardRecord[]> {
    const environment = this.#open();
    return cardIds.flatMap((cardId) => readCard(environment, cardId) ?? []);
  }

  async operation(shard: number, opId: OpId): Promise<OperationRecord | undefined> {
    return readOperation(this.#open(), shard, opId);
  }

  async pointer(opId: OpId): Promise<Pointer | undefined> {
    const found = readKey(this.#open(), opId);
    if (found === undefined || found.bodyHash === null) return undefined;
    return { opId, bodyHash: found.bodyHash, decisionShard: found.shard };
  }

  async outcome(shard: number, opId: OpId): Promise<Outcome | undefined> {
    const found = readKey(this.#open(), opId);
    return found?.shard === shard && found.outcome !== null ? found.outcome : undefined;
  }

  async claimed(claim: string): Promise<boolean> {
    return readClaim(this.#open(), claim);
  }

  async walletCards(walletId: string, after: CardId | null, limit: number): Promise<CardId[]> {
    return readWallet(this.#open(), walletId, { after, limit });
  }

  async walletEntries(
    shard: number,
    after: WalletEntry | null,
    limit: number,
  ): Promise<WalletEntry[]> {
    this.#next(shard);
    return readWalletEntries(this.#open(), { shard, shards: this.shards, after, limit });
  }

  async batchCards(page: BatchPage): Promise<CardId[]> {
    return readBatch(this.#open(), page);
  }

  async due(shard: number, untilMs: number, limit: number): Promise<DueEntry[]> {
    this.#next(shard);
    return readDue(this.#open(), shard, { untilMs, limit });
  }

  async scan(shard: number, after: CardId | null, limit: number): Promise<CardRecord[]> {
    this.#next(shard);
    return readCards(this.#open(), { shard, shards: this.shards, after, limit });
  }

  async operationsOf(shard: number, after: OpId | null, limit: number): Promise<OperationRecord[]> {
    this.#next(shard);
    return readOperations(this.#open(), shard, { after, limit });
  }

  async addWalletCandidate({ walletId, cardId }: WalletEntry): Promise<void> {
    const { wallets } = this.#open();
    const key = storable(() => walletKey(walletId, cardId));
    await this.#commits.run((view) => view.put(wallets, key, entryUnder(key)));
  }

  async save(change: Change): Promise<SaveResult> {
    const environment = this.#open();
    checkChange(change, this.shards);
    const place = { environment, outboxEventsMax: this.#outboxEventsMax };
    return await this.#commits.run(storable(() => saveStep(place, change)));
  }

  async totals(): Promise<StoreTotals> {
    return await readTotals(this.#open());
  }

  async read(shard: number, fromSeq: number, limit: number): Promise<OutboxEntry[]> {
    this.#next(shard);
    return readEvents(this.#open(), this.#streams, { shard, fromSeq, limit });
  }

  async nextSeq(shard: number): Promise<number> {
    return this.#next(shard);
  }

  async trimPoint(shard: number): Promise<StreamPosition> {
    this.#next(shard);
    return readTrimPoint(this.#open(), shard);
  }

  async trim(shard: number, to: StreamPosition): Promise<void> {
    const environment = this.#open();
    this.#next(shard);
    await this.#commits.run(storable(() => trimStep(environment, shard, to)));
  }

  onAppend(listener: (shard: number) => void): () => void {
    return this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    this.#closing ??= this.#commits.close().then(() => this.#environment.release());
    await this.#closing;
  }

  #open(): Environment {
    if (this.#closing === null) return this.#environment;
    throw new PortError("UNAVAILABLE", "card store: it is closed");
  }

  #next(shard: number): number {
    return this.#streams.nextSeq(shard) ?? noShard(shard);
  }
}

function noShard(shard: number): never {
  throw new PortError("CONTRACT_BROKEN", `card store: there is no shard ${shard}`);
}

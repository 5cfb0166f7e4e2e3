import { type CardId, type OpId, shardOf } from "@scrip/domain";
import {
  type BatchPage,
  type CardRecord,
  type Change,
  checkChange,
  type DueEntry,
  type OperationRecord,
  type OutboxEntry,
  type Outcome,
  type Pointer,
  type SaveResult,
  type StoreTotals,
  type StreamPosition,
  type WalletEntry,
} from "@scrip/ports";
import { AppendListeners } from "./append-listeners.ts";
import { broken, storable } from "./faults.ts";
import { checkedPosition, closed, type Reached } from "./identity.ts";
import {
  readBatch,
  readCard,
  readDue,
  readEvents,
  readNextSeq,
  readOperation,
  readOutcome,
  readPointer,
  readTrimPoint,
  readWallet,
} from "./reads.ts";
import { claimsKey } from "./records/keys.ts";
import { packer } from "./records/packer.ts";
import { packChange } from "./save/packed-change.ts";
import { savePointerFirst } from "./save/pointer-first.ts";
import { saveResult } from "./save/save-answer.ts";
import { readCards, readHeads, readOperations, readTotals, readWalletEntries } from "./scans.ts";
import { listOf, numberOf } from "./server/reply.ts";
import type { Serving, WriteGate } from "./write-gate.ts";

const walletBytes = 20;
const cardBytes = 20;

/** Card store and outbox on Redis: what moves together is one call of a function. */
export class RedisCardStore {
  readonly shards: number;
  readonly streams: number;
  readonly #reached: Reached;
  readonly #gate: WriteGate;
  readonly #outboxEventsMax: number;
  readonly #listeners: AppendListeners;
  #closing: Promise<void> | null = null;

  constructor(
    reached: Reached,
    gate: WriteGate,
    { shards, outboxEventsMax }: { readonly shards: number; readonly outboxEventsMax: number },
  ) {
    this.shards = shards;
    this.streams = shards + 1;
    this.#reached = reached;
    this.#gate = gate;
    this.#outboxEventsMax = outboxEventsMax;
    this.#listeners = new AppendListeners(() => readHeads(reached, shards));
  }

  async serving(): Promise<Serving> {
    this.#open();
    return await this.#gate.serving();
  }

  async openForWrites(compared: Serving): Promise<void> {
    this.#open();
    await this.#gate.openForWrites(compared);
  }

  async card(cardId: CardId): Promise<CardRecord | undefined> {
    return await readCard(this.#open().server, this.shards, cardId);
  }

  async cards(cardIds: readonly CardId[]): Promise<CardRecord[]> {
    const found = await Promise.all(cardIds.map((cardId) => this.card(cardId)));
    return found.flatMap((record) => record ?? []);
  }

  async operation(shard: number, opId: OpId): Promise<OperationRecord | undefined> {
    return await readOperation(this.#open().server, shard, opId);
  }

  async pointer(opId: OpId): Promise<Pointer | undefined> {
    const found = await readPointer(this.#open().server, this.shards, opId);
    if (found === undefined || found.bodyHash === null) return undefined;
    return { opId, bodyHash: found.bodyHash, decisionShard: found.decisionShard };
  }

  async outcome(shard: number, opId: OpId): Promise<Outcome | undefined> {
    return await readOutcome(this.#open().server, shard, opId);
  }

  async claimed(claim: string): Promise<boolean> {
    const key = claimsKey(this.shards);
    return (await this.#open().server.ask(key, ["SISMEMBER", key, claim])) === 1;
  }

  async walletCards(walletId: string, after: CardId | null, limit: number): Promise<CardId[]> {
    return await readWallet(this.#open().server, this.shards, { walletId, after, limit });
  }

  async walletEntries(
    shard: number,
    after: WalletEntry | null,
    limit: number,
  ): Promise<WalletEntry[]> {
    return await readWalletEntries(this.#at(shard), { shard, after, limit });
  }

  async batchCards(page: BatchPage): Promise<CardId[]> {
    return await readBatch(this.#open().server, page);
  }

  async due(shard: number, untilMs: number, limit: number): Promise<DueEntry[]> {
    return await readDue(this.#at(shard).server, shard, { untilMs, limit });
  }

  async scan(shard: number, after: CardId | null, limit: number): Promise<CardRecord[]> {
    return await readCards(this.#at(shard), { shard, shards: this.shards, after, limit });
  }

  async operationsOf(shard: number, after: OpId | null, limit: number): Promise<OperationRecord[]> {
    return await readOperations(this.#at(shard), { shard, after, limit });
  }

  async addWalletCandidate({ walletId, cardId }: WalletEntry): Promise<void> {
    const { functions } = this.#open();
    const shard = shardOf(walletId, this.shards);
    storable(() => {
      packer.start().list(3).whole(shard).hexText(walletId, walletBytes).hex(cardId, cardBytes);
    });
    await functions.call("addCandidate", shard, packer.finish());
  }

  async save(change: Change): Promise<SaveResult> {
    const reached = this.#open();
    checkChange(change, this.shards);
    const place = {
      shards: this.shards,
      outboxEventsMax: this.#outboxEventsMax,
      oneNode: reached.server.oneNode,
    };
    const packed = storable(() => packChange(change, place));
    const save = async (): Promise<SaveResult> =>
      saveResult(await reached.functions.call("save", change.shard, packed));
    const result = reached.server.oneNode
      ? await save()
      : await savePointerFirst(reached, { change, shards: this.shards }, save);
    // From here the change is decided and on disk. A crash now loses nothing: the relay finds its events in the outbox.
    if (result.kind === "SAVED" && change.events.length > 0)
      this.#listeners.reached(change.shard, result.firstSeq + change.events.length);
    return result;
  }

  async totals(): Promise<StoreTotals> {
    return await readTotals(this.#open(), this.shards);
  }

  async read(shard: number, fromSeq: number, limit: number): Promise<OutboxEntry[]> {
    return await readEvents(this.#at(shard).server, { shard, fromSeq, limit });
  }

  async nextSeq(shard: number): Promise<number> {
    return await readNextSeq(this.#at(shard).server, shard);
  }

  async trimPoint(shard: number): Promise<StreamPosition> {
    return await readTrimPoint(this.#at(shard).server, shard);
  }

  async trim(shard: number, to: StreamPosition): Promise<void> {
    const { functions } = this.#at(shard);
    const { epoch, seq, chain } = storable(() => checkedPosition(to));
    packer.start().list(4).whole(shard).whole(epoch).whole(seq).text(chain);
    const [beyond, head] = listOf(await functions.call("trim", shard, packer.finish()));
    if (beyond === 1)
      throw broken(`shard ${shard} has ${numberOf(head)} events, none to trim up to ${seq}`);
  }

  onAppend(listener: (shard: number) => void): () => void {
    return this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    this.#listeners.close();
    this.#closing ??= this.#reached.server.close();
    await this.#closing;
  }

  #open(): Reached {
    if (this.#closing === null) return this.#reached;
    throw closed();
  }

  #at(shard: number): Reached {
    if (!Number.isInteger(shard) || shard < 0 || shard > this.shards)
      throw broken(`there is no shard ${shard}`);
    return this.#open();
  }
}

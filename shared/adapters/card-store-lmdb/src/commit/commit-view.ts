import type { CardId, OpId } from "@scrip/domain";
import type { Bytes, Environment } from "../environment.ts";
import { stored } from "../faults.ts";
import { versionOfCard } from "../records/card-record.ts";
import { opened } from "../records/checksum.ts";
import { decodeKey, type KeyRecord } from "../records/key-record.ts";
import { versionOfOperation } from "../records/operation-record.ts";
import type { KeyedBytes, KeyWrite } from "./key-write.ts";
import { StagedStreams } from "./staged-streams.ts";
import type { Streams } from "./streams.ts";

/** One write of a commit; without a value the key is removed. */
export interface Write {
  readonly database: Bytes;
  readonly key: Buffer;
  readonly value: Buffer | null;
}

/**
 * What a commit's steps see: the stored state, and over it what the steps before them in the same commit will write.
 * Steps first look at everything, then put; nothing is written before all steps have spoken.
 */
export class CommitView {
  readonly writes: Write[] = [];
  readonly streams: StagedStreams;
  readonly #environment: Environment;
  readonly #cards = new Map<CardId, number>();
  readonly #operations = new Map<OpId, number>();
  readonly #keys = new Map<OpId, KeyRecord>();
  readonly #claims = new Set<string>();

  constructor(environment: Environment, streams: Streams) {
    this.#environment = environment;
    this.streams = new StagedStreams(streams);
  }

  /** Stored version of a card, 0 when there is none. */
  cardVersion(cardId: CardId, key: Buffer): number {
    const known = this.#cards.get(cardId) ?? this.#environment.seen.versionOf(cardId);
    if (known !== undefined) return known;
    const bytes = this.#environment.cards.getBinaryFast(key);
    return bytes === undefined ? 0 : stored(`card ${cardId}`, () => versionOfCard(bytes));
  }

  putCard(cardId: CardId, version: number, write: KeyedBytes): void {
    this.#cards.set(cardId, version);
    this.put(this.#environment.cards, write.key, write.value);
  }

  /** Stored version of an operation, 0 when there is none. */
  operationVersion(opId: OpId, key: Buffer): number {
    const ahead = this.#operations.get(opId);
    if (ahead !== undefined) return ahead;
    const bytes = this.#environment.operations.getBinaryFast(key);
    return bytes === undefined ? 0 : stored(`operation ${opId}`, () => versionOfOperation(bytes));
  }

  putOperation(opId: OpId, version: number, write: KeyedBytes): void {
    this.#operations.set(opId, version);
    this.put(this.#environment.operations, write.key, write.value);
  }

  removeOperation(opId: OpId, key: Buffer): void {
    this.#operations.set(opId, 0);
    this.put(this.#environment.operations, key, null);
  }

  key(opId: OpId, key: Buffer): KeyRecord | undefined {
    const ahead = this.#keys.get(opId);
    if (ahead !== undefined) return ahead;
    if (this.#environment.seen.isUnused(opId)) return undefined;
    const bytes = this.#environment.keys.getBinaryFast(key);
    return bytes && stored(`operation key ${opId}`, () => decodeKey(opId, opened(key, bytes)));
  }

  putKey({ opId, record, write }: KeyWrite): void {
    this.#keys.set(opId, record);
    this.put(this.#environment.keys, write.key, write.value);
  }

  claimed(claim: string, key: Buffer): boolean {
    return this.#claims.has(claim) || this.#environment.claims.getBinaryFast(key) !== undefined;
  }

  putClaim(claim: string, key: Buffer, value: Buffer): void {
    this.#claims.add(claim);
    this.put(this.#environment.claims, key, value);
  }

  /** The commit is durable and seen by every read from now on. */
  apply(): void {
    this.#environment.seen.forget(this.#cards.keys(), this.#keys.keys());
    this.streams.apply();
  }

  put(database: Bytes, key: Buffer, value: Buffer | null): void {
    this.writes.push({ database, key, value });
  }
}

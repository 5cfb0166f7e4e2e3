import {
  type Batch,
  type BatchId,
  type Card,
  type CardId,
  type Command,
  decide,
  type AskedEvent,
  type DomainEvent,
  evolve,
  leavesOf,
  type Operation,
  type OpId,
  type Participant,
  type Program,
  shardOf,
  type Situation,
} from "@scrip/domain";
import { leafHash, merkleRoot } from "@scrip/merkle-log";
import type { SignedBatch } from "@scrip/ports";
import {
  type BatchEntry,
  batchSigningBytes,
  encodeEntry,
  type Hash,
  nextChain,
  streamStart,
  toHex,
  utf8,
} from "@scrip/wire";

/** Signs batches under a name that genesis registers. */
export interface HistoryWriter {
  readonly name: string;
  sign(message: Uint8Array): Uint8Array;
}

export interface HistoryOptions {
  readonly chainId: string;
  readonly shards: number;
  readonly hash: Hash;
  readonly writer: HistoryWriter;
  /** Time of the first command, milliseconds; each later one comes 10 ms after the one before. */
  readonly startMs: number;
}

/** What a command is decided by, beside the cards. */
export interface Names {
  readonly programId?: string;
  readonly batchId?: BatchId;
  readonly cards?: readonly CardId[];
  readonly operation?: OpId;
  readonly participantId?: string;
}

/** A command without what the history itself knows: time, actor and operation key. */
export type Wish = Command extends infer C
  ? C extends Command
    ? Omit<C, "nowMs" | "actor" | "opId">
    : never
  : never;

const stepMs = 10;

/**
 * The online side in miniature: decides commands, keeps the state, and puts the events into one gapless stream per
 * shard. The same calls always make the same bytes.
 */
export class LedgerHistory {
  readonly options: HistoryOptions;
  readonly programs = new Map<string, Program>();
  readonly batches = new Map<string, Batch>();
  readonly participants = new Map<string, Participant>();
  readonly cards = new Map<CardId, Card>();
  readonly operations = new Map<OpId, Operation>();
  readonly #streams: Stream[];
  #count = 0;

  constructor(options: HistoryOptions) {
    this.options = options;
    const { hash, chainId, shards } = options;
    this.#streams = Array.from({ length: shards + 1 }, (_, shard) => ({
      pending: [],
      nextSeq: 0,
      chain: streamStart(hash, chainId, shard),
    }));
  }

  /** Time of the newest command. */
  get nowMs(): number {
    return this.options.startMs + this.#count * stepMs;
  }

  /** 64 hex characters that no other call gives. */
  fresh(what: string): string {
    this.#count += 1;
    return toHex(this.options.hash(utf8(`${what} ${this.#count}`)));
  }

  /** Decides, remembers and queues; null when the rules refuse. */
  run(wish: Wish, names: Names): AskedEvent | null {
    const opId = this.fresh("operation") as OpId;
    const actor = "operator" as Participant["participantId"];
    const command = { ...wish, nowMs: this.nowMs, actor, opId } as Command;
    const decision = decide(this.#situation(names), command);
    if (decision.kind === "REFUSED") return null;
    this.queue(decision.event);
    return decision.event;
  }

  /** Takes an event as decided, whatever the rules say of it. */
  queue(event: DomainEvent): Uint8Array {
    const [card] = leavesOf(event).cards;
    const shard = card === undefined ? this.options.shards : shardOf(card, this.options.shards);
    const nonce = this.fresh("nonce").slice(0, 32);
    const bytes = encodeEntry({ kind: "event", event, nonce, partySignatures: [] });
    this.#remember(event);
    this.queueBytes(shard, bytes);
    return bytes;
  }

  /** Puts bytes into a stream that no rule has seen. */
  queueBytes(shard: number, bytes: Uint8Array): void {
    this.#streams[shard]?.pending.push(bytes);
  }

  /** Forgets what is queued, as if it never reached anyone. */
  dropPending(): void {
    for (const stream of this.#streams) stream.pending.splice(0);
  }

  /** All queued events as signed batches of at most `eventsMax`, control stream first, and forgets them. */
  takeBatches(eventsMax: number): SignedBatch[] {
    const controlFirst = [this.options.shards, ...this.#streams.keys()];
    return controlFirst.flatMap((shard) => {
      const batches: SignedBatch[] = [];
      const pending = this.#streams[shard]?.pending.splice(0) ?? [];
      for (let at = 0; at < pending.length; at += eventsMax) {
        batches.push(this.#sign(shard, pending.slice(at, at + eventsMax)));
      }
      return batches;
    });
  }

  /** Signs a batch at another place of the stream than the next, or with another chain before it. */
  signAt(
    place: Pick<BatchEntry, "shard" | "fromSeq" | "chainBefore"> & { epoch?: number },
    events: readonly Uint8Array[],
  ): SignedBatch {
    const { hash, chainId, writer } = this.options;
    const root = merkleRoot(
      hash,
      events.map((event) => leafHash(hash, event)),
    );
    const position = { epoch: 1, ...place, count: events.length };
    const signature = toHex(writer.sign(batchSigningBytes(chainId, position, root)));
    return { header: { kind: "batch", ...position, writer: writer.name, signature }, events };
  }

  #sign(shard: number, events: readonly Uint8Array[]): SignedBatch {
    const stream = this.#streams[shard];
    if (stream === undefined) throw new RangeError(`no shard ${shard}`);
    const { nextSeq: fromSeq, chain: chainBefore } = stream;
    const batch = this.signAt({ shard, fromSeq, chainBefore }, events);
    stream.nextSeq += events.length;
    for (const event of events) {
      const { hash } = this.options;
      stream.chain = nextChain(hash, stream.chain, toHex(leafHash(hash, event)));
    }
    return batch;
  }

  #situation({ programId, batchId, cards = [], operation, participantId }: Names): Situation {
    const there = cards.flatMap((id): [CardId, Card][] => {
      const card = this.cards.get(id);
      return card === undefined ? [] : [[id, card]];
    });
    const known = operation && this.operations.get(operation);
    return {
      program: this.programs.get(programId ?? "") ?? null,
      batch: this.batches.get(batchId ?? "") ?? null,
      participant: this.participants.get(participantId ?? "") ?? null,
      cards: new Map(there),
      operations: new Map(known === undefined ? [] : [[known.opId, known]]),
      stream: null,
    };
  }

  #remember(event: DomainEvent): void {
    const named = leavesOf(event);
    const situation = this.#situation({
      cards: named.cards,
      ...(named.program && { programId: named.program.programId }),
      ...(named.batch && { batchId: named.batch }),
      ...(named.operations[0] && { operation: named.operations[0] }),
    });
    const after = evolve(situation, event);
    if (after.program) this.programs.set(after.program.programId, after.program);
    if (after.batch) this.batches.set(after.batch.batchId, after.batch);
    if (after.participant)
      this.participants.set(after.participant.participantId, after.participant);
    for (const card of after.cards) this.cards.set(card.cardId, card);
    for (const each of after.operations) this.operations.set(each.opId, each);
  }
}

interface Stream {
  readonly pending: Uint8Array[];
  nextSeq: number;
  chain: string;
}

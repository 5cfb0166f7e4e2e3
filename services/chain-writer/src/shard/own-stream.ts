import { leafHash, type Hash } from "@scrip/merkle-log";
import type { EventMessage, StreamPosition } from "@scrip/ports";
import { nextChain, toHex, type ShardHead } from "@scrip/wire";
import { batchBytesMax, batchEventsMax } from "../limits.ts";

/** What became of a message. */
export type Taken =
  | "QUEUED"
  /** It is queued already, or on the ledger: a duplicate or a replay. */
  | "KNOWN"
  /** Something before it is missing. */
  | "GAP"
  /** Its bytes do not give its id: the log changed it. */
  | "DAMAGED"
  /** It does not continue what came before it. */
  | "OTHER_CHAIN";

/** How the writer's own chain compares with the ledger's head, at the head's position. */
export type Comparison =
  | "SAME"
  /** Two histories. */
  | "OTHER_CHAIN"
  /** The head lies beyond what is queued: nothing to compare yet. */
  | "LATER"
  /** The head lies before what is queued: something is missing. */
  | "EARLIER";

/** Events that go to the ledger together, and where the stream stands before and behind them. */
export interface Batch {
  readonly from: StreamPosition;
  readonly messages: readonly EventMessage[];
  readonly to: StreamPosition;
}

interface Queued {
  readonly message: EventMessage;
  readonly after: StreamPosition;
}

/**
 * One shard's events that are not yet known to be on the ledger: a run without gaps, and the stream's chain at each
 * of its positions, computed here. Nothing of it is ever taken from the ledger.
 */
export class OwnStream {
  readonly #hash: Hash;
  readonly #queue: Queued[] = [];
  /** Position before the first queued event; null until the first message says where the stream begins. */
  #from: StreamPosition | null = null;
  /** Number the first message must have; null when any will do. */
  #firstSeq: number | null = null;
  #bytes = 0;

  constructor(hash: Hash) {
    this.#hash = hash;
  }

  get events(): number {
    return this.#queue.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Number that the next message must have; null when any will do. */
  get nextSeq(): number | null {
    return this.#tail?.seq ?? this.#firstSeq;
  }

  /** Position behind the last queued event. */
  get #tail(): StreamPosition | null {
    return this.#queue.at(-1)?.after ?? this.#from;
  }

  take(message: EventMessage): Taken {
    const { epoch, seq, chainBefore } = message;
    const nextSeq = this.nextSeq ?? seq;
    if (seq < nextSeq) return "KNOWN";
    if (seq > nextSeq) return "GAP";
    const at = this.#tail ?? { epoch, seq, chain: chainBefore };
    if (epoch !== at.epoch || chainBefore !== at.chain) return "OTHER_CHAIN";
    const eventId = toHex(leafHash(this.#hash, message.bytes));
    if (eventId !== message.eventId) return "DAMAGED";
    this.#from ??= at;
    const after = { epoch, seq: seq + 1, chain: nextChain(this.#hash, at.chain, eventId) };
    this.#queue.push({ message, after });
    this.#bytes += message.bytes.length;
    return "QUEUED";
  }

  /** The next batch: what is queued, as far as it fits; null when nothing is. */
  next(): Batch | null {
    if (this.#from === null || this.#queue.length === 0) return null;
    const messages: EventMessage[] = [];
    let to = this.#from;
    let bytes = 0;
    for (const { message, after } of this.#queue) {
      bytes += message.bytes.length;
      if (messages.length === batchEventsMax || (messages.length > 0 && bytes > batchBytesMax))
        break;
      messages.push(message);
      to = after;
    }
    return { from: this.#from, messages, to };
  }

  /** The writer's own chain against the ledger's. */
  compare(head: ShardHead): Comparison {
    if (this.#from === null || head.nextSeq < this.#from.seq) return "EARLIER";
    const own = this.#positionAt(head.nextSeq);
    if (own === null) return "LATER";
    return own.chain === head.chain && own.epoch === head.epoch ? "SAME" : "OTHER_CHAIN";
  }

  /** Forgets the events before `seq`, or all when `seq` lies beyond them. @returns the position of what comes next */
  dropBefore(seq: number): StreamPosition | null {
    const kept = this.#queue.findIndex(({ message }) => message.seq >= seq);
    const dropped = this.#queue.splice(0, kept === -1 ? this.#queue.length : kept);
    for (const { message } of dropped) this.#bytes -= message.bytes.length;
    this.#from = dropped.at(-1)?.after ?? this.#from;
    return this.#from;
  }

  /** Forgets everything; the stream begins anew with event `seq`. */
  restartAt(seq: number): void {
    this.#queue.length = 0;
    this.#bytes = 0;
    this.#from = null;
    this.#firstSeq = seq;
  }

  #positionAt(seq: number): StreamPosition | null {
    if (this.#from?.seq === seq) return this.#from;
    return this.#queue.find(({ after }) => after.seq === seq)?.after ?? null;
  }
}

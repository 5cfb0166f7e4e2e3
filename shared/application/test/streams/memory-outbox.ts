import { leafHash, sha256 } from "@scrip/merkle-log";
import { PortError, type Outbox, type OutboxEntry, type StreamPosition } from "@scrip/ports";
import { toHex } from "@scrip/wire";

export const startChain = "00".repeat(32);

/** An outbox in memory whose entries a test can also damage. */
export class MemoryOutbox implements Outbox {
  readonly streams: number;
  readonly #streams: { entries: OutboxEntry[]; trimPoint: StreamPosition }[];
  readonly #listeners = new Set<(shard: number) => void>();
  /** Set to make the next reads fail. */
  readFailures = 0;

  constructor(streams: number) {
    this.streams = streams;
    this.#streams = Array.from({ length: streams }, () => ({
      entries: [],
      trimPoint: { epoch: 1, seq: 0, chain: startChain },
    }));
  }

  /** Saves events made of these texts. */
  append(shard: number, ...texts: string[]): void {
    for (const text of texts) {
      const bytes = new TextEncoder().encode(text);
      const { entries, trimPoint } = this.#stream(shard);
      const seq = trimPoint.seq + entries.length;
      entries.push({ seq, eventId: toHex(leafHash(sha256, bytes)), bytes });
    }
    for (const listener of this.#listeners) listener(shard);
  }

  /** Replaces or removes an entry as no honest store would. */
  damage(shard: number, seq: number, entry: Partial<OutboxEntry> | null): void {
    const { entries } = this.#stream(shard);
    const at = entries.findIndex((kept) => kept.seq === seq);
    const kept = entries[at];
    if (kept === undefined) throw new Error(`no event ${seq}`);
    if (entry === null) entries.splice(at, 1);
    else entries[at] = { ...kept, ...entry };
  }

  read(shard: number, fromSeq: number, limit: number): Promise<OutboxEntry[]> {
    if (this.readFailures > 0) {
      this.readFailures -= 1;
      return Promise.reject(new PortError("UNAVAILABLE", "the disk is busy"));
    }
    const { entries } = this.#stream(shard);
    return Promise.resolve(entries.filter(({ seq }) => seq >= fromSeq).slice(0, limit));
  }

  nextSeq(shard: number): Promise<number> {
    const { entries, trimPoint } = this.#stream(shard);
    return Promise.resolve((entries.at(-1)?.seq ?? trimPoint.seq - 1) + 1);
  }

  trimPoint(shard: number): Promise<StreamPosition> {
    return Promise.resolve(this.#stream(shard).trimPoint);
  }

  trim(shard: number, to: StreamPosition): Promise<void> {
    const stream = this.#stream(shard);
    if (to.seq > stream.trimPoint.seq) {
      stream.trimPoint = to;
      stream.entries = stream.entries.filter(({ seq }) => seq >= to.seq);
    }
    return Promise.resolve();
  }

  onAppend(listener: (shard: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #stream(shard: number) {
    const stream = this.#streams[shard];
    if (stream === undefined) throw new RangeError(`no stream ${shard}`);
    return stream;
  }
}

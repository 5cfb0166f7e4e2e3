import { leafHash } from "@scrip/merkle-log";
import {
  type BatchEntry,
  type Hash,
  nextChain,
  type ShardHead,
  streamStart,
  toHex,
} from "@scrip/wire";
import type { FindingSink } from "./finding.ts";

/** Follows the streams of all shards through the log: each batch begins where the one before it ended. */
export class StreamAudit {
  readonly #hash: Hash;
  readonly #report: FindingSink;
  readonly #heads = new Map<number, { nextSeq: number; chain: string }>();
  #open: { nextSeq: number; chain: string } | undefined;
  #left = 0;

  constructor(hash: Hash, report: FindingSink) {
    this.#hash = hash;
    this.#report = report;
  }

  /** The streams of a chain, before their first event. */
  begin(chainId: string, shards: number): void {
    for (let shard = 0; shard <= shards; shard++) {
      this.#heads.set(shard, { nextSeq: 0, chain: streamStart(this.#hash, chainId, shard) });
    }
  }

  /** Events that the newest batch still has to bring. */
  get left(): number {
    return this.#left;
  }

  batch(at: number, { shard, fromSeq, chainBefore, count }: BatchEntry): void {
    this.#left = count;
    this.#open = this.#heads.get(shard);
    const head = this.#open;
    if (head === undefined) {
      this.#report({ part: "STREAM", at: `entry ${at}`, what: `there is no shard ${shard}` });
      return;
    }
    if (head.nextSeq === fromSeq && head.chain === chainBefore) return;
    const what = `the batch begins at ${fromSeq} on another chain, the stream of shard ${shard} is at ${head.nextSeq}`;
    this.#report({ part: "STREAM", at: `entry ${at}`, what });
    head.nextSeq = fromSeq;
    head.chain = chainBefore;
  }

  /** @param leaf leaf hash of the event's bytes, as they were offered */
  event(leaf: Uint8Array): void {
    this.#left -= 1;
    if (this.#open === undefined) return;
    this.#open.nextSeq += 1;
    this.#open.chain = nextChain(this.#hash, this.#open.chain, toHex(leaf));
  }

  /** The event that a rejection wraps counts in its place. */
  rejected(event: Uint8Array): Uint8Array {
    return leafHash(this.#hash, event);
  }

  /** Compares where a stream ended with what the map says of it. Epochs move without an entry of their own shard. */
  end(head: ShardHead): void {
    const own = this.#heads.get(head.shard);
    this.#heads.delete(head.shard);
    if (own?.nextSeq === head.nextSeq && own.chain === head.chain) return;
    const what = `the map says ${head.nextSeq}, the log leads to ${own?.nextSeq ?? "none"} or another chain`;
    this.#report({ part: "STREAM", at: `shard ${head.shard}`, what });
  }

  /** Streams that the map does not know. */
  requireEnded(): void {
    for (const shard of this.#heads.keys()) {
      this.#report({ part: "STREAM", at: `shard ${shard}`, what: "the map has no head of it" });
    }
  }
}

import { leafHash, type Hash } from "@scrip/merkle-log";
import { PortError, type Outbox, type OutboxEntry, type StreamPosition } from "@scrip/ports";
import { nextChain, toHex } from "@scrip/wire";
import { relayBatchEventsMax } from "./limits.ts";

/** One stream of an outbox and the hash of its chain's crypto suite. */
export interface Stream {
  readonly outbox: Outbox;
  readonly shard: number;
  readonly hash: Hash;
}

/**
 * The position behind an entry that stands at `at`.
 * @throws PortError CORRUPT when it has another number, or its bytes do not give its id.
 */
export function advance(stream: Stream, at: StreamPosition, entry: OutboxEntry): StreamPosition {
  if (entry.seq !== at.seq) {
    throw broken(stream, at.seq, `is missing, the next one kept is event ${entry.seq}`);
  }
  const eventId = toHex(leafHash(stream.hash, entry.bytes));
  if (eventId !== entry.eventId) {
    throw broken(stream, at.seq, `is kept as ${entry.eventId}, but its bytes hash to ${eventId}`);
  }
  return { epoch: at.epoch, seq: at.seq + 1, chain: nextChain(stream.hash, at.chain, eventId) };
}

const broken = ({ shard }: Stream, seq: number, what: string): PortError =>
  new PortError("CORRUPT", `outbox of shard ${shard}: event ${seq} ${what}`);

/**
 * The position at `seq`, recomputed entry by entry from the trim point: the trim point itself when `seq` lies
 * before it, the head when `seq` lies beyond.
 * @throws PortError CORRUPT at the first entry that breaks the stream; UNAVAILABLE.
 */
export async function positionAt(stream: Stream, seq: number): Promise<StreamPosition> {
  const { outbox, shard } = stream;
  let at = await outbox.trimPoint(shard);
  while (at.seq < seq) {
    const entries = await outbox.read(shard, at.seq, Math.min(relayBatchEventsMax, seq - at.seq));
    if (entries.length === 0) break;
    at =
      (await trimmedPast(stream, at, entries)) ??
      entries.reduce((to, entry) => advance(stream, to, entry), at);
  }
  return at;
}

/** The new trim point, when the outbox was trimmed past `at` before it was read; else undefined. */
export async function trimmedPast(
  { outbox, shard }: Stream,
  at: StreamPosition,
  entries: readonly OutboxEntry[],
): Promise<StreamPosition | undefined> {
  if (entries[0]?.seq === at.seq) return undefined;
  const trimPoint = await outbox.trimPoint(shard);
  return trimPoint.seq > at.seq ? trimPoint : undefined;
}

/**
 * Recomputes every stream of an outbox from its trim point to its head.
 * @returns the head of each stream, by shard.
 * @throws PortError CORRUPT naming shard and number of the first event that is missing or is not what was saved.
 */
export async function checkOutbox(outbox: Outbox, hash: Hash): Promise<StreamPosition[]> {
  const heads: StreamPosition[] = [];
  for (let shard = 0; shard < outbox.streams; shard++) {
    const nextSeq = await outbox.nextSeq(shard);
    const stream = { outbox, shard, hash };
    const head = await positionAt(stream, nextSeq);
    if (head.seq < nextSeq)
      throw broken(stream, head.seq, `is missing, the next number is ${nextSeq}`);
    heads.push(head);
  }
  return heads;
}

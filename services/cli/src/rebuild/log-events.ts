import type { DomainEvent } from "@scrip/domain";
import { hashBytes, leafHash, tileWidth } from "@scrip/merkle-log";
import { type FollowerStore, PortError } from "@scrip/ports";
import { decodeEntry, decodeEvent, equalBytes, kindOfEntry, toHex } from "@scrip/wire";
import { suite } from "../container.ts";
import { entriesPerRead } from "./limits.ts";

/** An event of the log, and its place in its stream. */
export interface LogEvent {
  readonly shard: number;
  readonly seq: number;
  readonly eventId: string;
  /** Null for one that was rejected: it had no effect. */
  readonly event: DomainEvent | null;
}

/**
 * Every event of the log in its order, each entry compared with the tile that the log's root stands on.
 * @throws PortError CORRUPT at the first entry that is not what the log has
 */
export function* logEvents(store: FollowerStore): Generator<LogEvent> {
  const size = store.size();
  let next = { shard: 0, seq: 0, left: 0 };
  for (let from = 0; from < size; from += entriesPerRead) {
    const entries = store.entries(from, Math.min(entriesPerRead, size - from));
    const tile = store.tile(0, Math.floor(from / tileWidth));
    for (const [at, bytes] of entries.entries()) {
      const leaf = leafHash(suite.hash, bytes);
      requireLeaf(tile?.subarray(at * hashBytes, (at + 1) * hashBytes), leaf, from + at);
      if (next.left === 0) {
        const entry = decodeEntry(bytes);
        if (entry.kind === "batch")
          next = { shard: entry.shard, seq: entry.fromSeq, left: entry.count };
        continue;
      }
      const { shard, seq, left } = next;
      next = { shard, seq: seq + 1, left: left - 1 };
      yield { shard, seq, ...read(bytes, leaf) };
    }
    if (entries.length === 0) throw new PortError("CORRUPT", `entry ${from} is missing`);
  }
}

function read(bytes: Uint8Array, leaf: Uint8Array): Pick<LogEvent, "event" | "eventId"> {
  if (kindOfEntry(bytes) === "event")
    return { event: decodeEvent(bytes).event, eventId: toHex(leaf) };
  const entry = decodeEntry(bytes);
  if (entry.kind !== "rejection") throw new PortError("CORRUPT", `a ${entry.kind} in a batch`);
  return { event: null, eventId: toHex(leafHash(suite.hash, entry.event)) };
}

function requireLeaf(known: Uint8Array | undefined, leaf: Uint8Array, index: number): void {
  if (known !== undefined && equalBytes(known, leaf)) return;
  throw new PortError("CORRUPT", `entry ${index} is not the one in the log`);
}

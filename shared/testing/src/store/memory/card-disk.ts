import type { BatchId, CardId } from "@scrip/domain";
import type {
  CardRecord,
  DueEntry,
  OperationRecord,
  Outcome,
  Pointer,
  StreamPosition,
} from "@scrip/ports";

interface MemoryStream {
  trimPoint: StreamPosition;
  /** From the trim point on. */
  events: { readonly eventId: string; readonly bytes: Uint8Array }[];
}

/** What a memory card store keeps: it outlives the store, as a disk outlives a process. */
export class MemoryCardDisk {
  readonly shards: number;
  readonly cards = new Map<CardId, CardRecord>();
  /** By shard and operation id. */
  readonly operations = new Map<string, OperationRecord>();
  readonly pointers = new Map<string, Pointer>();
  readonly outcomes = new Map<string, Outcome & { readonly shard: number }>();
  readonly claims = new Set<string>();
  readonly wallets = new Map<string, Set<CardId>>();
  readonly batches = new Map<BatchId, Set<CardId>>();
  /** By shard; each entry under a name that sorts as entries do. */
  readonly dues = new Map<number, Map<string, DueEntry>>();
  readonly streams: readonly MemoryStream[];
  /** Every event id that was ever saved: none may come twice. */
  readonly everSaved = new Set<string>();

  /** @param streamStart where the stream of a shard begins. */
  constructor(shards: number, streamStart: (shard: number) => StreamPosition) {
    this.shards = shards;
    this.streams = Array.from({ length: shards + 1 }, (_, shard) => ({
      trimPoint: streamStart(shard),
      events: [],
    }));
  }
}

/** The set under this key, made when it is not there. */
export function setAt<Key, Value>(sets: Map<Key, Set<Value>>, key: Key): Set<Value> {
  const found = sets.get(key) ?? new Set<Value>();
  sets.set(key, found);
  return found;
}

import type { BatchId, CardId, OpId } from "@scrip/domain";
import {
  type BatchPage,
  type CardRecord,
  type DueEntry,
  type OperationRecord,
  type OutboxEntry,
  PortError,
  type StreamPosition,
} from "@scrip/ports";
import type { Streams } from "./commit/streams.ts";
import type { Bytes, Environment } from "./environment.ts";
import { storable, stored } from "./faults.ts";
import { pageIdsMax, readEventsMax } from "./limits.ts";
import { decodeCard } from "./records/card-record.ts";
import { opened } from "./records/checksum.ts";
import { decodeKey, type KeyRecord } from "./records/key-record.ts";
import {
  claimKey,
  justAfter,
  batchKey,
  behind,
  cardKey,
  cardOfKey,
  dueOfKey,
  dueStart,
  opKey,
  operationKey,
  placeKey,
  shardKey,
  walletKey,
} from "./records/keys.ts";
import { decodeOperation } from "./records/operation-record.ts";
import { decodeEvent, decodePosition } from "./records/stream-record.ts";

export function readCard({ cards, seen }: Environment, cardId: CardId): CardRecord | undefined {
  const bytes = cards.getBinaryFast(storable(() => cardKey(cardId)));
  const record = bytes && stored(`card ${cardId}`, () => inPlace(cardId, decodeCard(bytes)));
  seen.card(cardId, record?.card.version ?? 0);
  return record;
}

/** @throws RangeError when another card's record lies in the place of this one. */
export function inPlace(cardId: string, record: CardRecord): CardRecord {
  if (record.card.cardId === cardId) return record;
  throw new RangeError(`card ${record.card.cardId} lies in its place`);
}

export function readOperation(
  { operations }: Environment,
  shard: number,
  opId: OpId,
): OperationRecord | undefined {
  const bytes = operations.getBinaryFast(storable(() => operationKey(shard, opId)));
  return bytes && stored(`operation ${opId}`, () => decodeOperation(bytes));
}

export function readKey({ keys, seen }: Environment, opId: OpId): KeyRecord | undefined {
  const key = storable(() => opKey(opId));
  const bytes = keys.getBinaryFast(key);
  if (bytes === undefined) seen.nothingUnder(opId);
  return bytes && stored(`operation key ${opId}`, () => decodeKey(opId, opened(key, bytes)));
}

export function readClaim({ claims }: Environment, claim: string): boolean {
  const key = claimKey(claim);
  const bytes = claims.getBinaryFast(key);
  if (bytes !== undefined) stored("a claim", () => opened(key, bytes));
  return bytes !== undefined;
}

export function readWallet(
  { wallets }: Environment,
  walletId: string,
  page: { after: CardId | null; limit: number },
): CardId[] {
  const keyOf = (cardId: CardId | null): Buffer => storable(() => walletKey(walletId, cardId));
  return readIndex({ index: wallets, what: "an entry of the wallet index" }, keyOf, page);
}

export function readBatch({ batches }: Environment, page: BatchPage): CardId[] {
  const { batchId, shard }: { batchId: BatchId; shard: number } = page;
  const keyOf = (cardId: CardId | null): Buffer => storable(() => batchKey(batchId, shard, cardId));
  return readIndex({ index: batches, what: "an entry of the batch index" }, keyOf, page);
}

function readIndex(
  { index, what }: { readonly index: Bytes; readonly what: string },
  keyOf: (cardId: CardId | null) => Buffer,
  { after, limit }: { readonly after: CardId | null; readonly limit: number },
): CardId[] {
  const first = keyOf(null);
  const start = after === null ? first : justAfter(keyOf(after));
  const most = atMost(limit, pageIdsMax);
  const entries = [...index.getRange({ start, end: behind(first), limit: most })];
  return entries.map(({ key, value }) => {
    stored(what, () => opened(key, value));
    return cardOfKey(key);
  });
}

/** @throws PortError CORRUPT when the index holds what is no entry. */
export function readDue(
  { dues }: Environment,
  shard: number,
  { untilMs, limit }: { readonly untilMs: number; readonly limit: number },
): DueEntry[] {
  const endMs = Math.min(Math.max(0, Math.floor(untilMs) + 1), Number.MAX_SAFE_INTEGER);
  const [start, end] = [dueStart(shard, 0), dueStart(shard, endMs)];
  const entries = [...dues.getRange({ start, end, limit: atMost(limit, pageIdsMax) })];
  return entries.map(({ key, value }) =>
    stored("an entry of the due index", () => {
      opened(key, value);
      return dueOfKey(key);
    }),
  );
}

/** The trim point as stored: of the same snapshot as the events that are read beside it, or a newer one. */
export function readTrimPoint({ streams }: Environment, shard: number): StreamPosition {
  const key = shardKey(shard);
  const bytes = streams.get(key) ?? Buffer.alloc(0);
  return stored(`stream ${shard}`, () => decodePosition(opened(key, bytes)));
}

/** @throws PortError CORRUPT when an event is missing. */
export function readEvents(
  environment: Environment,
  streams: Streams,
  page: { shard: number; fromSeq: number; limit: number },
): OutboxEntry[] {
  const { shard } = page;
  const from = Math.max(page.fromSeq, streams.trimPoint(shard)?.seq ?? 0);
  const found: OutboxEntry[] = [];
  for (let seq = from; seq < from + atMost(page.limit, readEventsMax); seq += 1) {
    const place = streams.placeOf(shard, seq);
    if (place === undefined) break;
    const bytes = environment.outbox.getBinaryFast(placeKey(place));
    if (bytes === undefined && found.length === 0) {
      // A trim that is being made durable, and not known here yet, may have taken it.
      const kept = readTrimPoint(environment, shard).seq;
      if (kept > seq) return readEvents(environment, streams, { ...page, fromSeq: kept });
    }
    found.push(
      stored(`event ${seq} of shard ${shard}`, () =>
        decodeEvent(bytes ?? Buffer.alloc(0), shard, seq),
      ),
    );
  }
  return found;
}

/** @throws PortError CONTRACT_BROKEN for what is no limit. */
export function atMost(limit: number, max: number): number {
  if (Number.isInteger(limit) && limit > 0) return Math.min(limit, max);
  throw new PortError("CONTRACT_BROKEN", `card store: a limit of ${limit}`);
}

import { type CardId, type OpId, shardOf } from "@scrip/domain";
import {
  type BatchPage,
  type CardRecord,
  type DueEntry,
  type OperationRecord,
  type OutboxEntry,
  type Outcome,
  PortError,
  type StreamPosition,
} from "@scrip/ports";
import { broken, storable, stored } from "./faults.ts";
import { checkedPosition } from "./identity.ts";
import { pageIdsMax, readEventsMax } from "./limits.ts";
import { checkedHex } from "./records/byte-writer.ts";
import { decodeCard } from "./records/card-record.ts";
import { decodeDue, dueAfter } from "./records/due-members.ts";
import { decodeOutcome, decodePointer, type StandingPointer } from "./records/key-records.ts";
import {
  batchKey,
  bucketOfCard,
  bucketOfOperation,
  duesKey,
  headKey,
  outboxKey,
  outcomesKey,
  pointersKey,
  walletKey,
} from "./records/keys.ts";
import { decodeOperation } from "./records/operation-record.ts";
import { bufferOf, bufferOrNull, listOf, numberOf, textOf } from "./server/reply.ts";
import type { Server } from "./server/server.ts";

const cardBytes = 20;
const opBytes = 32;
const batchBytes = 16;

export async function readCard(
  server: Server,
  shards: number,
  cardId: CardId,
): Promise<CardRecord | undefined> {
  const field = idBytes(cardId, cardBytes);
  const bytes = await readField(server, bucketOfCard(shardOf(cardId, shards), cardId), field);
  return bytes && stored(`card ${cardId}`, () => decodeCard(bytes));
}

export async function readOperation(
  server: Server,
  shard: number,
  opId: OpId,
): Promise<OperationRecord | undefined> {
  const bytes = await readField(server, bucketOfOperation(shard, opId), idBytes(opId, opBytes));
  return bytes && stored(`operation ${opId}`, () => decodeOperation(bytes));
}

export async function readPointer(
  server: Server,
  shards: number,
  opId: OpId,
): Promise<StandingPointer | undefined> {
  const key = pointersKey(shardOf(opId, shards), opId);
  const bytes = await readField(server, key, idBytes(opId, opBytes));
  return bytes && stored(`pointer ${opId}`, () => decodePointer(bytes));
}

export async function readOutcome(
  server: Server,
  shard: number,
  opId: OpId,
): Promise<Outcome | undefined> {
  const bytes = await readField(server, outcomesKey(shard, opId), idBytes(opId, opBytes));
  return bytes && stored(`outcome ${opId}`, () => decodeOutcome(opId, bytes));
}

async function readField(server: Server, key: string, field: Buffer): Promise<Buffer | undefined> {
  return bufferOrNull(await server.ask(key, ["HGET", key, field])) ?? undefined;
}

const idBytes = (id: string, count: number): Buffer =>
  Buffer.from(
    storable(() => checkedHex(id, count)),
    "hex",
  );

interface IdPage {
  readonly after: CardId | null;
  readonly limit: number;
}

export async function readWallet(
  server: Server,
  shards: number,
  page: IdPage & { readonly walletId: string },
): Promise<CardId[]> {
  storable(() => checkedHex(page.walletId, cardBytes));
  return await readIds(server, walletKey(shardOf(page.walletId, shards), page.walletId), page);
}

export async function readBatch(server: Server, page: BatchPage): Promise<CardId[]> {
  storable(() => checkedHex(page.batchId, batchBytes));
  return await readIds(server, batchKey(page.shard, page.batchId), page);
}

async function readIds(server: Server, key: string, { after, limit }: IdPage): Promise<CardId[]> {
  const start = after === null ? "-" : Buffer.concat([Buffer.from("("), idBytes(after, cardBytes)]);
  const most = `${atMost(limit, pageIdsMax)}`;
  const reply = await server.ask(key, ["ZRANGE", key, start, "+", "BYLEX", "LIMIT", "0", most]);
  return listOf(reply).map((id) => bufferOf(id).toString("hex") as CardId);
}

/** @throws PortError CORRUPT when the index holds what is no entry. */
export async function readDue(
  server: Server,
  shard: number,
  { untilMs, limit }: { readonly untilMs: number; readonly limit: number },
): Promise<DueEntry[]> {
  const key = duesKey(shard);
  const end = Buffer.concat([Buffer.from("("), dueAfter(untilMs)]);
  const most = `${atMost(limit, pageIdsMax)}`;
  const reply = await server.ask(key, ["ZRANGE", key, "-", end, "BYLEX", "LIMIT", "0", most]);
  return listOf(reply).map((member) =>
    stored("an entry of the due index", () => decodeDue(bufferOf(member))),
  );
}

export async function readNextSeq(server: Server, shard: number): Promise<number> {
  const key = headKey(shard);
  return numberOf(await server.ask(key, ["HGET", key, "next"]));
}

export async function readTrimPoint(server: Server, shard: number): Promise<StreamPosition> {
  const key = headKey(shard);
  const [epoch, seq, chain] = listOf(
    await server.ask(key, ["HMGET", key, "epoch", "trim", "chain"]),
  );
  return stored(`stream ${shard}`, () =>
    checkedPosition({ epoch: numberOf(epoch), seq: numberOf(seq), chain: textOf(chain) }),
  );
}

/** @throws PortError CORRUPT when an event is missing. */
export async function readEvents(
  server: Server,
  { shard, fromSeq, limit }: { shard: number; fromSeq: number; limit: number },
): Promise<OutboxEntry[]> {
  const key = outboxKey(shard);
  const from = Math.max(fromSeq, 0);
  const most = `${atMost(limit, readEventsMax)}`;
  const reply = await server.ask(key, ["XRANGE", key, `${from}-1`, "+", "COUNT", most]);
  const found = listOf(reply).map((entry) =>
    stored(`an event of shard ${shard}`, () => eventOf(listOf(entry))),
  );
  const first = found[0]?.seq ?? from;
  for (const [nth, { seq }] of found.entries())
    if (seq !== first + nth) throw missing(shard, first + nth);
  // What lies before the trim point is gone, and nothing else is.
  if (first > from && (await readTrimPoint(server, shard)).seq < first) throw missing(shard, from);
  return found;
}

function eventOf([id, fields]: readonly unknown[]): OutboxEntry {
  const seq = Number(textOf(id as Buffer).replace(/-1$/, ""));
  const [, eventId, , bytes] = listOf(fields as Buffer[]);
  if (!Number.isSafeInteger(seq)) throw new RangeError("not a number of an event");
  return {
    seq,
    eventId: bufferOf(eventId).toString("hex"),
    bytes: new Uint8Array(bufferOf(bytes)),
  };
}

const missing = (shard: number, seq: number): PortError =>
  new PortError("CORRUPT", `card store: event ${seq} of shard ${shard} is missing`);

/** @throws PortError CONTRACT_BROKEN for what is no limit. */
export function atMost(limit: number, max: number): number {
  if (Number.isInteger(limit) && limit > 0) return Math.min(limit, max);
  throw broken(`a limit of ${limit}`);
}

import type { CardId, OpId } from "@scrip/domain";
import type { CardRecord, OperationRecord, StoreTotals, WalletEntry } from "@scrip/ports";
import { storable, stored } from "./faults.ts";
import type { FunctionName } from "./functions/library.ts";
import { groupsOf, type Reached, streamsOf } from "./identity.ts";
import { bucketsPerStepMax, pageRecordsMax } from "./limits.ts";
import { atMost } from "./reads.ts";
import { decodeCard } from "./records/card-record.ts";
import { cardsKey, operationsKey } from "./records/keys.ts";
import { decodeOperation } from "./records/operation-record.ts";
import { packer } from "./records/packer.ts";
import { bufferOf, bufferOrNull, listOf, numberOf, type Reply, textOf } from "./server/reply.ts";

/** Values of a byte. */
const byteValues = 256;
/** Of a wallet and of a card. */
const idBytes = 20;
const hexByte = (value: number): string => value.toString(16).padStart(2, "0");

/** A page of the cards of one shard. Their ids begin with every first byte that is this shard mod S. */
export async function readCards(
  reached: Reached,
  page: { shard: number; shards: number; after: CardId | null; limit: number },
): Promise<CardRecord[]> {
  const { shard, shards } = page;
  // The control stream, shard S, has no cards.
  const firsts = Array.from({ length: byteValues }, (_, first) => first).filter(
    (first) => first % shards === shard,
  );
  const starts = firsts.flatMap((first) =>
    Array.from({ length: byteValues }, (_, second) => hexByte(first) + hexByte(second)),
  );
  const found = await readBuckets(reached, { ...page, starts, keyOf: cardsKey });
  return found.map(({ id, value }) => stored(`card ${id}`, () => decodeCard(value)));
}

/** A page of the operation records of one shard. */
export async function readOperations(
  reached: Reached,
  page: { shard: number; after: OpId | null; limit: number },
): Promise<OperationRecord[]> {
  const starts = Array.from({ length: byteValues }, (_, first) => hexByte(first));
  const found = await readBuckets(reached, { ...page, starts, keyOf: operationsKey });
  return found.map(({ id, value }) => stored(`operation ${id}`, () => decodeOperation(value)));
}

/** A page of the wallet index of one shard. */
export async function readWalletEntries(
  { functions }: Reached,
  page: { shard: number; after: WalletEntry | null; limit: number },
): Promise<WalletEntry[]> {
  const { shard, after } = page;
  const limit = atMost(page.limit, pageRecordsMax);
  storable(() => {
    packer.start().list(4).whole(shard).whole(limit);
    if (after === null) packer.none().none();
    else packer.hexText(after.walletId, idBytes).hex(after.cardId, idBytes);
  });
  const fields = listOf(await functions.call("walletPage", shard, packer.finish()));
  const found: WalletEntry[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const cardId = bufferOf(fields[at + 1]).toString("hex") as CardId;
    found.push({ walletId: textOf(fields[at]), cardId });
  }
  return found;
}

interface Buckets {
  readonly shard: number;
  /** Starts of ids, ascending; each has a bucket. */
  readonly starts: readonly string[];
  readonly keyOf: (shard: number, start: string) => string;
  readonly after: string | null;
  readonly limit: number;
}

interface Found {
  readonly id: string;
  readonly value: Buffer;
}

/** Records in ascending order of id, from bucket to bucket, until there are enough. */
async function readBuckets({ functions }: Reached, buckets: Buckets): Promise<Found[]> {
  const { shard, starts, keyOf, after } = buckets;
  const limit = atMost(buckets.limit, pageRecordsMax);
  const from =
    after === null ? 0 : starts.findIndex((start) => start >= after.slice(0, start.length));
  const found: Found[] = [];
  for (let at = from < 0 ? starts.length : from; at < starts.length && found.length < limit;) {
    const keys = starts.slice(at, at + bucketsPerStepMax).map((start) => keyOf(shard, start));
    packer.start().list(2).list(keys.length);
    for (const key of keys) packer.text(key);
    packer.whole(limit);
    const [looked, fields] = listOf(await functions.call("gather", shard, packer.finish()));
    at += numberOf(looked);
    found.push(...recordsOf(listOf(fields)).filter(({ id }) => after === null || id > after));
  }
  return found.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, limit);
}

function recordsOf(fields: ReturnType<typeof listOf>): Found[] {
  const found: Found[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2)
    found.push({ id: bufferOf(fields[at]).toString("hex"), value: bufferOf(fields[at + 1]) });
  return found;
}

/** How many sums a shard keeps beside the number of its cards; each as a multiple of 2^32 and what is left. */
const sums = 5;
const unit = 2n ** 32n;

/** Sums as the saves kept them; of one server at one instant, of a cluster at one instant for each shard. */
export async function readTotals(reached: Reached, shards: number): Promise<StoreTotals> {
  const all = Array.from({ length: sums }, () => 0n);
  let cards = 0;
  for (const reply of await ofStreams(reached, "totals", shards)) {
    const bytes = bufferOrNull(reply);
    if (bytes === null) continue;
    cards += bytes.readDoubleBE(0);
    for (let nth = 0; nth < sums; nth += 1) {
      const [high, low] = [bytes.readDoubleBE(16 * nth + 8), bytes.readDoubleBE(16 * nth + 16)];
      all[nth] = (all[nth] ?? 0n) + BigInt(high) * unit + BigInt(low);
    }
  }
  const [balance = 0n, held = 0n, loaded = 0n, writtenOff = 0n, refunded = 0n] = all;
  return { cards, balance, held, loaded, writtenOff, refunded };
}

/** Number of the next event of each stream, the control stream last. */
export const readHeads = async (reached: Reached, shards: number): Promise<number[]> =>
  (await ofStreams(reached, "heads", shards)).map(numberOf);

/** What a function says of each stream. */
async function ofStreams(
  reached: Reached,
  name: FunctionName,
  shards: number,
): Promise<readonly Reply[]> {
  const calls = groupsOf(reached, streamsOf({ shards })).map((group) => {
    packer.start().list(group.length);
    for (const shard of group) packer.whole(shard);
    return reached.functions.call(name, group[0] ?? 0, packer.finish());
  });
  return (await Promise.all(calls)).flatMap(listOf);
}

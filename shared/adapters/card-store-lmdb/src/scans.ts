import type { CardId, OpId } from "@scrip/domain";
import type { CardRecord, OperationRecord, StoreTotals, WalletEntry } from "@scrip/ports";
import type { Environment } from "./environment.ts";
import { storable, stored } from "./faults.ts";
import { pageRecordsMax, totalsCardsPerTurnMax } from "./limits.ts";
import { atMost, inPlace } from "./reads.ts";
import { amountsOfCard, decodeCard } from "./records/card-record.ts";
import { opened } from "./records/checksum.ts";
import {
  justAfter,
  behind,
  cardKey,
  cardOfKey,
  operationKey,
  shardKey,
  walletEntryOfKey,
  walletKey,
} from "./records/keys.ts";
import { decodeOperation } from "./records/operation-record.ts";

/** First bytes of a card id. */
const firstBytes = 256;

/** Which page of one shard is read of what begins with an id. */
interface ShardPage<After> {
  readonly shard: number;
  readonly shards: number;
  readonly after: After | null;
  readonly limit: number;
}

/** A page of the cards of one shard. */
export function readCards({ cards }: Environment, page: ShardPage<CardId>): CardRecord[] {
  const { after } = page;
  const following = after === null ? null : justAfter(storable(() => cardKey(after)));
  const found: CardRecord[] = [];
  for (const { start, end, limit } of rangesOf(page, following, () => found.length))
    for (const { key, value } of cards.getRange({ start, end, limit }))
      found.push(stored("a card", () => inPlace(cardOfKey(key), decodeCard(value))));
  return found;
}

/** A page of the index entries of the wallets of one shard. */
export function readWalletEntries(
  { wallets }: Environment,
  page: ShardPage<WalletEntry>,
): WalletEntry[] {
  const { after } = page;
  const following =
    after === null ? null : justAfter(storable(() => walletKey(after.walletId, after.cardId)));
  const found: WalletEntry[] = [];
  for (const range of rangesOf(page, following, () => found.length))
    for (const { key, value } of wallets.getRange(range)) {
      stored("an entry of the wallet index", () => opened(key, value));
      found.push(walletEntryOfKey(key));
    }
  return found;
}

/** Where a shard's ids stand: they begin with every first byte that is this shard mod S. */
function* rangesOf(
  { shard, shards, limit: asked }: ShardPage<unknown>,
  following: Buffer | null,
  found: () => number,
): Generator<{ start: Buffer; end: Buffer; limit: number }> {
  const limit = atMost(asked, pageRecordsMax);
  // The control stream, shard S, has no cards and no wallets.
  for (let first = shard < shards ? shard : firstBytes; first < firstBytes; first += shards) {
    if (found() >= limit) return;
    const begin = Buffer.from([first]);
    const start = following !== null && following.compare(begin) > 0 ? following : begin;
    yield { start, end: behind(begin), limit: limit - found() };
  }
}

/** A page of the operation records of one shard. */
export function readOperations(
  { operations }: Environment,
  shard: number,
  page: { after: OpId | null; limit: number },
): OperationRecord[] {
  const { after } = page;
  const first = shardKey(shard);
  const start = after === null ? first : justAfter(storable(() => operationKey(shard, after)));
  const limit = atMost(page.limit, pageRecordsMax);
  const range = operations.getRange({ start, end: behind(first), limit });
  return [...range].map(({ value }) => stored("an operation", () => decodeOperation(value)));
}

/** Adds up all cards as they are at one instant; saves go on meanwhile. */
export async function readTotals({ root, cards }: Environment): Promise<StoreTotals> {
  const snapshot = root.useReadTransaction();
  try {
    const totals = { cards: 0, balance: 0n, held: 0n, loaded: 0n, writtenOff: 0n, refunded: 0n };
    for (const { value } of cards.getRange({ transaction: snapshot })) {
      const amounts = stored("a card", () => amountsOfCard(value));
      totals.cards += 1;
      totals.balance += amounts.balance;
      totals.held += amounts.held;
      totals.loaded += amounts.loaded;
      totals.writtenOff += amounts.writtenOff;
      totals.refunded += amounts.refunded;
      if (totals.cards % totalsCardsPerTurnMax === 0) await nextTurn();
    }
    return totals;
  } finally {
    snapshot.done();
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

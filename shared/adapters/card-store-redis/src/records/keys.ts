import type { BatchId, CardId, OpId } from "@scrip/domain";

/*
 * Names of the keys. All of a shard bear its hash tag, so that a cluster keeps them on one node. Records lie in buckets
 * by the first bytes of their id: small hashes cost less than a key for each, and a shard can be read in order of ids.
 * Functions make the same names: see names.lua.ts.
 */

const tag = (shard: number): string => `{s${shard}}`;

/** What a shard is, where its stream stands, what its cards add up to. */
export const headKey = (shard: number): string => `${tag(shard)}h`;
/** Events that are not known to be on the ledger, as a stream. */
export const outboxKey = (shard: number): string => `${tag(shard)}e`;
/** Cards, by the first two bytes of their ids, hex. */
export const cardsKey = (shard: number, start: string): string => `${tag(shard)}c:${start}`;
/** Operation records, by the first byte of their ids, hex. */
export const operationsKey = (shard: number, start: string): string => `${tag(shard)}o:${start}`;
/** Where operation keys are decided, by the first byte of the key, hex. */
export const pointersKey = (shard: number, opId: OpId): string =>
  `${tag(shard)}p:${opId.slice(0, 2)}`;
/** What operation keys led to, by the first byte of the key, hex. */
export const outcomesKey = (shard: number, opId: OpId): string =>
  `${tag(shard)}k:${opId.slice(0, 2)}`;
/** Names that were taken. */
export const claimsKey = (shard: number): string => `${tag(shard)}n`;
/** Candidates of a wallet; the wallets that have any stand under the same name without one. */
export const walletKey = (shard: number, walletId: string): string => `${tag(shard)}w:${walletId}`;
/** Cards of a batch in this shard. */
export const batchKey = (shard: number, batchId: BatchId): string => `${tag(shard)}b:${batchId}`;
/** What falls due by itself. */
export const duesKey = (shard: number): string => `${tag(shard)}d`;

/** The bucket of a card. */
export const bucketOfCard = (shard: number, cardId: CardId): string =>
  cardsKey(shard, cardId.slice(0, 4));
/** The bucket of an operation record. */
export const bucketOfOperation = (shard: number, opId: OpId): string =>
  operationsKey(shard, opId.slice(0, 2));

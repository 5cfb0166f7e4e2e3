/** Named limits of receipts. Every one has its unit last or in its comment. */

/** Entries that one signature promises at most. */
export const receiptBatchMax = 256;
/** How far the times of entries under one signature may lie apart, milliseconds. */
export const receiptSpreadMaxMs = 100;
/** Within which time of its own an event is promised to be on the ledger, unless settings say otherwise, milliseconds. */
export const logWithinDefaultMs = 60_000;

/** Events of the outbox that are looked at at once for promises that are overdue. */
export const promisePageEvents = 500;
/** Pages of one shard in one look; the next look goes on from there. */
export const promisePagesPerLookMax = 4;

/** Named limits of the chain-writer. Every one has its unit last or in its comment. */

/** Events of one batch. */
export const batchEventsMax = 1_000;
/** Bytes of the events of one batch; one event is always allowed, whatever its size. */
export const batchBytesMax = 262_144;
/** How long the first event of a batch waits for more, of all shards, milliseconds. */
export const lingerMs = 25;
/** Events of one shard taken from the event log and not yet on the ledger; the log waits beyond it. */
export const queueEventsMax = 4 * batchEventsMax;
/** Bytes of those events; the log waits beyond it. */
export const queueBytesMax = 4 * batchBytesMax;
/** Pause after a first failed submission, milliseconds; doubles with each one that follows. */
export const submitRetryFirstMs = 50;
/** Longest pause between two submissions of the same batch, milliseconds. */
export const submitRetryMaxMs = 5_000;
/** Times in a row that lost events are asked for before this counts as an alarm. */
export const republishAlarmAttempts = 8;
/** How often it is looked whether a server of the card store was started anew, milliseconds. */
export const storeLookMs = 500;

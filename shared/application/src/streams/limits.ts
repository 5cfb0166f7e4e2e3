/** Named limits of the streams. Every one has its unit last or in its comment. */

/** Events that the relay reads from the outbox and publishes at once. */
export const relayBatchEventsMax = 500;
/** Bytes of entries published at once; one entry is always allowed, whatever its size. */
export const relayBatchBytesMax = 1_048_576;
/** Pause after a first failed publication, milliseconds; doubles with each one that follows. */
export const relayRetryFirstMs = 50;
/** Longest pause between two attempts to publish, milliseconds. */
export const relayRetryMaxMs = 5_000;
/** Longest time that `stop` waits for the event log to take what the outbox holds, milliseconds. */
export const relayDrainMaxMs = 3_000;

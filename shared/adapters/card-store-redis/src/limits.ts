/** Named limits of the card store. */

/**
 * How long a command may take before its caller is told that nobody knows its outcome; a connection on which nothing came
 * for as long is given up.
 */
export const commandDeadlineMs = 5_000;
/** How long an open may take: connecting, checking the server, loading the functions. */
export const openDeadlineMs = 20_000;
/** How long a connection attempt may take. */
export const connectTimeoutMs = 3_000;
/** Time between attempts to reconnect: doubled from the first up to the last. */
export const reconnectFirstMs = 20;
export const reconnectLastMs = 1_000;

/** Commands that wait for their answer on one connection; more are told to come again. */
export const waitingCommandsMax = 20_000;
/** How often a command follows a slot that moved to another node of a cluster. */
export const redirectionsMax = 8;

/**
 * Events that the outbox of one shard keeps for the ledger, unless told otherwise; while there are as many nothing with
 * an event is saved there.
 */
export const outboxEventsMax = 250_000;

/** How often the streams are looked at for events that other processes saved, while somebody wants to hear of them. */
export const watchEveryMs = 20;

/** Ids that one page of an index may hold. */
export const pageIdsMax = 10_000;
/** Records that one page of a scan may hold. */
export const pageRecordsMax = 1_000;
/** Buckets that are looked through in one step of a scan: keeps the server's pause bounded. */
export const bucketsPerStepMax = 256;
/** Events that one read of the outbox may hold. */
export const readEventsMax = 10_000;

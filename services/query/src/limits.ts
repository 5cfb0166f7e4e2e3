/** Named limits of the query service. Every one has its unit last or in its comment. */

/** Blocks asked of the ledger at once; an embedded one fills them up to a MiB each. */
export const followBlocksMax = 16;
/** How long to wait for the ledger to call before asking it, milliseconds. */
export const followPollMs = 1_000;
/** Pause after a first failed attempt to follow, milliseconds; doubles with each one that follows. */
export const followRetryFirstMs = 50;
/** Longest pause between two attempts to follow, milliseconds. */
export const followRetryMaxMs = 5_000;
/** Shortest time between two renewed checkpoints that are kept, milliseconds. */
export const renewMinMs = 2_000;
/** Newest lags, accepted to committed, that quantiles are told from. */
export const lagSamplesMax = 1_024;
/** Control events read at once when a registry catches up. */
export const controlPageEvents = 500;
/** Newest events that are kept at hand for who asks for news of what is committed. */
export const settledEventsMax = 20_000;
/** Entries, or cards, that one page of a list looks at; fewer are shown where the caller may not see all. */
export const listScannedMax = 1_000;
/** Bytes of entries that one page of a list decodes: some ninety events of five hundred cards each. */
export const listScannedBytesMax = 1_048_576;
/** Places that the list of a batch's cards keeps for the cards of one event; no event names more. */
export const placesPerEventMax = 4_096;
/** Events of a batch read at once; each has some hundred cards. */
export const batchPageEvents = 4;
/** How often promises that are overdue are looked for, milliseconds. */
export const promiseLookMs = 1_000;
/** Looks left out at most while the copy catches up after a start. */
export const promiseLooksLeftOutMax = 30;
/** Promises of rejected events that are kept to be listed: the newest. */
export const rejectedPromisesKeptMax = 100;
/** Overdue promises that a log line names. */
export const promisesLoggedMax = 10;
/** Rejected events of one block that its log line names. */
export const rejectionsLoggedMax = 10;
/** Rejections read at once when a card store is brought to them. */
export const rejectionsPageEvents = 500;
/** Events of one card read at once. */
export const historyPageEvents = 500;
/** Cards that wait for an operator and are counted one by one; with more of them the count stays there. */
export const divergedCardsMax = 100_000;
/** How often a copy that is catching up says how far it is, milliseconds. */
export const catchUpSayMs = 5_000;
/** How often a process of its own keeps the newest checkpoint it verified for the ledger's process, milliseconds. */
export const verifiedKeptEveryMs = 2_000;

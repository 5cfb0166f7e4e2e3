/** Named limits of the ledger's state machine and of its audit. Every one has its unit last or in its comment. */

/** Log entries that an audit reads at a time. */
export const auditPageEntries = 256;
/** Blocks that an audit reads at a time. */
export const auditPageBlocks = 256;
/** Entries whose hash differs from the stored one that an audit names one by one. */
export const differingEntriesMax = 100;
/** Entries or leaves between two calls of an audit's `onProgress`. */
export const progressEveryItems = 1_000;

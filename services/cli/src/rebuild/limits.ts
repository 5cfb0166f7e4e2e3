/** Named limits of a rebuild. */

/** Records or outcomes of one shard that are put at once. */
export const restoredAtOnceMax = 500;
/** Puts that are under way at once. */
export const restoresInFlightMax = 32;
/** Events or states between two words about progress. */
export const progressEvery = 256;
/** Entries of the log read at a time: one tile. */
export const entriesPerRead = 256;
/** Events of a batch that is delivered. */
export const deliveredAtOnceMax = 500;
/** Records of the old store read at a time. */
export const oldPageRecords = 500;
/** Lost events, and records that differ, that are named one by one; all lost ones stand in a file. */
export const namedMax = 10;

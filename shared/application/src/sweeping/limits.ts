/** Entries of the due index that are looked at in one go. */
export const sweepPageEntries = 1_000;

/** Goes at one shard before the next one has its turn. */
export const sweepPagesPerTurnMax = 20;

/** Entries that stay where they are, because nothing can be done about them yet, and are looked past in one shard. */
export const sweepPassedMax = 10_000;

/** Pause between two rounds over all shards, milliseconds. */
export const sweepIntervalMs = 1_000;

/** Pause after a first failed round, milliseconds; doubles with each one that follows. */
export const sweepRetryFirstMs = 1_000;
/** Longest pause after a failed round, milliseconds. */
export const sweepRetryMaxMs = 60_000;

/** Entries of the wallet index that one round looks at. */
export const walletSweepPageEntries = 500;

/** Pause before an interrupted generation goes on, milliseconds. */
export const generationRetryMs = 1_000;

/** How long a request waits for a bulk step before it answers 202, milliseconds. */
export const bulkStepWaitMs = 30_000;

/** Bulk steps under way at the same time in one process. */
export const bulkStepsMax = 16;

/** How long the background waits for a batch to be COMMITTED before it looks again whether it should, milliseconds. */
export const commitWaitMs = 5_000;

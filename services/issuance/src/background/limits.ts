/** Pause before an interrupted generation or step goes on, milliseconds. */
export const interruptedRetryMs = 1_000;

/** How long a request waits for a bulk step before it answers 202, milliseconds. */
export const bulkStepWaitMs = 2_000;

/** Bulk steps of one process that are under way or wait for their turn. */
export const bulkStepsMax = 64;

/** Large batches that one process works on at the same time: generating, or taking all their cards a step further. */
export const largeAtOnceMax = 2;

/** Small batches that one process works on at the same time, beside the large ones. */
export const smallAtOnceMax = 8;

/** Cards of a batch that is still a small one. */
export const smallBatchCardsMax = 5_000;

/** How long the background waits for a batch to be COMMITTED before it looks again whether it should, milliseconds. */
export const commitWaitMs = 5_000;

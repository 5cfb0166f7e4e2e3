/** Pause before an interrupted generation goes on, milliseconds. */
export const generationRetryMs = 1_000;

/** How long a request waits for a bulk step before it answers 202, milliseconds. */
export const bulkStepWaitMs = 30_000;

/** Largest body of a request. */
export const bodyMaxBytes = 65_536;

/** Deepest nesting of arrays and objects in a request body; ours need five. */
export const jsonDepthMax = 16;

/** Most faults that one answer lists. */
export const problemErrorsMax = 20;

/** Longest path parameter, percent-decoded. */
export const pathParameterMaxChars = 256;

export const idempotencyKeyMaxChars = 255;

/** Longest an API key may be before it is not even hashed. */
export const apiKeyMaxChars = 256;

/** How long one readiness check may take before it counts as failed. */
export const readinessCheckMaxMs = 1_000;

/** How often connections that have become idle are closed while stopping. */
export const idleSweepEveryMs = 100;

/** How long requests under way and stores may take to close before the process ends anyway. */
export const shutdownMaxMs = 15_000;

/** How long after a signal the same one is taken for an echo of it, not for impatience. */
export const repeatedSignalMs = 1_000;

/** How far ahead of our clock the time of an operation may lie, because the clock of its till is fast. */
export const businessAheadMaxMs = 60_000;

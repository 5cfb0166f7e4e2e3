/** Named limits of the vaults. */

/** Operators that a revocation looks at: one that remains is enough. */
export const operatorsSeenMax = 1_000;
/** Callers that are kept at hand, by the hash of their key. */
export const callersCachedMax = 4_096;
/** Times that a key file is looked for before this counts as a failure. */
export const obtainAttemptsMax = 5;

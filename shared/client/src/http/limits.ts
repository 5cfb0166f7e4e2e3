/** Named limits of requests. Each has its unit last. */

/** Longest wait for one answer, the server's own waiting for COMMITTED included, milliseconds. */
export const requestTimeoutMs = 60_000;
/** Attempts at one request, the first included. */
export const attemptsMax = 8;
/** Pause before the second attempt, milliseconds; doubles with each one that follows. */
export const retryFirstMs = 100;
/** Longest pause between two attempts, milliseconds, whatever the server asks for. */
export const retryMaxMs = 5_000;
/** Characters of a line in a streamed answer. */
export const lineCharactersMax = 256;

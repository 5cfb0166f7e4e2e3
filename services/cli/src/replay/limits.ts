/** Named limits of a replay. Each has its unit last. */

/** Households served at once, unless told otherwise, and at most. */
export const householdsAtOnceDefault = 32;
export const householdsAtOnceMax = 256;
/** Baskets read and not finished yet: what a file of any length takes of memory. */
export const readAheadBasketsMax = 4_096;
/** Longest line of the file, bytes. */
export const lineBytesMax = 4_096;
/** Lines left out that are told one by one. */
export const faultsShownMax = 20;
/** Attempts at one request; with the pauses between them half a minute, in which a server can restart. */
export const replayAttemptsMax = 12;
/** One accepted event of so many is followed until it is COMMITTED. */
export const lagSampleEveryEvents = 50;
/** Samples under way at once, and kept. */
export const lagSamplesAtOnceMax = 4;
export const lagSamplesMax = 10_000;
/** How long a sample waits for COMMITTED, milliseconds. */
export const lagWaitMs = 30_000;
/** Stores named in the summary. */
export const topStoresMax = 10;
/** Stores counted one by one. */
export const storesMax = 100_000;
/** Time between two lines of progress where there is no terminal, milliseconds. */
export const progressEveryMs = 10_000;

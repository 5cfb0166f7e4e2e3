/** Named limits of the batch commands. Each has its unit last. */

/** Time between two looks at a batch that goes on, milliseconds. */
export const lookEveryMs = 500;
/** Time between two lines of progress where there is no terminal, milliseconds. */
export const progressEveryMs = 10_000;
/** Downloads that break off, one after another, without bringing a line. */
export const brokenDownloadsMax = 12;
/** Pause before a download that broke off goes on, milliseconds. */
export const brokenPauseMs = 250;
/** Bytes of a partial file that are read at once. */
export const readBytesMax = 1_048_576;
/** Cards that one page of those left out may hold. */
export const leftOutPageCards = 500;
/** Attempts at one request; with the pauses between them half a minute, in which a server can restart. */
export const attemptsMax = 12;

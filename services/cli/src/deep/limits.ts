/** Named limits of a look through everything. Each has its unit last or in its comment. */

/** Records of the card store read at a time. */
export const pageRecords = 500;
/** Findings that are listed one by one; the rest is counted. */
export const findingsListedMax = 200;
/** How long nothing is said of the progress, milliseconds. */
export const progressFirstAfterMs = 3_000;
/** How often something is said of it from then on, milliseconds. */
export const progressEveryMs = 5_000;

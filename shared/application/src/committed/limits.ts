/** Named limits of knowing what is committed. Every one has its unit last or in its comment. */

/** Requests that may wait for finality at once; one more gets what is true now. */
export const finalityWaitersMax = 10_000;
/** Newest events of the ledger whose finality is kept at hand. */
export const settledEventsMax = 20_000;
/** How long a request waits for the news of its event before it asks for it by name, milliseconds. */
export const finalityLookAfterMs = 500;
/**
 * How old what a process knows of programs may be, milliseconds. A changed program is on the ledger for `programLeadMs`
 * before it rules, so who is younger than that never decides under a version that is over.
 */
export const registryAgeMaxMs = 7_000;
/** How often the control stream is looked at to see whether anything is not known yet, milliseconds. */
export const controlLookMs = 1_000;
/** Pause after a first failed question for news, milliseconds; doubles with each one that follows. */
export const newsRetryFirstMs = 50;
/** Longest pause between two questions for news, milliseconds. */
export const newsRetryMaxMs = 2_000;

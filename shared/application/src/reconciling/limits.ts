/** Named limits of reconciling. */

/** Operation records read at a time. */
export const operationsPageRecords = 1_000;

/** Events read at a time from the outbox. */
export const inFlightPageEvents = 500;

/** Named limits of the card store. */

/** Saves that share one commit, at most: keeps a commit's time bounded. */
export const commitStepsMax = 1_000;

/** Saves that wait for a commit, at most; more are told to come again. */
export const waitingStepsMax = 20_000;

/**
 * Events that the outbox keeps for the ledger, unless told otherwise; while there are as many nothing with an event is
 * saved. Eleven minutes of 6,000 events a second.
 */
export const outboxEventsMax = 4_000_000;
/** Cards added up in one go before others get their turn. */
export const totalsCardsPerTurnMax = 5_000;

/** Versions of cards, and unused keys, that are remembered from reads, each. */
export const seenMax = 20_000;

/** Ids that one page of an index may hold. */
export const pageIdsMax = 10_000;

/** Records that one page of a scan may hold. */
export const pageRecordsMax = 1_000;

/** Events that one read of the outbox may hold. */
export const readEventsMax = 10_000;

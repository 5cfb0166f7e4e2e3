import { dayMs } from "@scrip/domain";

/** How far behind our clock the start of a program version may lie, because its issuer's clock is slow. */
export const effectiveFromBehindMaxMs = 60_000;

/** How far ahead of our clock a program version may begin: a slip of the year must not stand in the way for good. */
export const effectiveFromAheadMaxMs = 366 * dayMs;

/**
 * How long a new version may be put off behind one that does not rule yet without being asked: longer than the ledger
 * itself puts any version off, so two changes in a row are no matter.
 */
export const versionPutOffMaxMs = 60_000;

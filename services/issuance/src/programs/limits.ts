/** How far behind our clock the start of a program version may lie, because its issuer's clock is slow. */
export const effectiveFromBehindMaxMs = 60_000;

/** Pause between two looks at something that is on its way, milliseconds. */
export const lookEveryMs = 50;
/** How long the walk waits for it, milliseconds. */
export const lookWithinMs = 30_000;
/** How long a request waits for COMMITTED, milliseconds. */
export const commitWaitMs = 10_000;
/** How old the answer to the public question may be, milliseconds. */
export const answerAgeMaxMs = 60_000;
/** Characters of a request or answer that are shown. */
export const shownCharactersMax = 200;

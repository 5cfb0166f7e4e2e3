/** Named limits of the channel. Every one has its unit last. */

/** How long an answer may take that is not held, milliseconds. */
export const answerMaxMs = 5_000;
/** How long a question is held until there is something new, milliseconds. */
export const holdMs = 10_000;
/** Bytes of a question. */
export const questionMaxBytes = 65_536;
/** Bytes of an answer; what is larger is not read. One block of the largest batch, and much more, fits. */
export const answerMaxBytes = 33_554_432;
/** Bytes after which an answer takes no further block. */
export const blocksFullBytes = 8_388_608;
/** Blocks of one answer. */
export const blocksMax = 64;
/** Questions under way at once; one more is told to come again. */
export const questionsMax = 256;
/** Events asked about at once. */
export const eventsAskedMax = 500;
/** Pause after a first question for progress that failed, milliseconds; doubles with each one that follows. */
export const progressRetryFirstMs = 100;
/** Longest pause between two questions for progress, milliseconds. */
export const progressRetryMaxMs = 2_000;

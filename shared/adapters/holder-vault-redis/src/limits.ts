/** Named limits of the holder vault. Every one has its unit last. */

/** How long a command may take before its caller is told that nobody knows its outcome, milliseconds. */
export const commandDeadlineMs = 5_000;
/** How long an open may take, milliseconds. */
export const openDeadlineMs = 20_000;
/** How long a connection attempt may take, milliseconds. */
export const connectMaxMs = 3_000;
/** How long a connection may say nothing, its pings included, before it is given up, milliseconds. */
export const silenceMaxMs = 15_000;
/** Time between pings of an idle connection, milliseconds. */
export const pingEveryMs = 3_000;
/** Time between attempts to reconnect: doubled from the first up to the last, milliseconds. */
export const reconnectFirstMs = 20;
export const reconnectLastMs = 1_000;
/** Commands that wait for their answer; more are told to come again. */
export const waitingCommandsMax = 5_000;
/** Keys that one step of a scan looks at. */
export const scannedKeysMax = 500;
/** Longest holder reference, in UTF-16 units: 128 characters of any script. */
export const holderUnitsMax = 256;

/** Named limits of a process. Every one has its unit last. */

/** How long a process waits at its start for what another one makes (keys, policy, caller directory), milliseconds. */
export const othersMaxMs = 60_000;
/** How often it looks meanwhile, milliseconds. */
export const othersPollMs = 100;

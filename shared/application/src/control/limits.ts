/** How long a request waits for the control event it needs to be COMMITTED, milliseconds. */
export const controlWaitMs = 2_000;

/** How often the registry is looked at meanwhile, milliseconds. */
export const controlPollMs = 5;

import { setTimeout as sleep } from "node:timers/promises";

/** Waits `ms` milliseconds, or less when the signal is aborted; never throws. Injected, so that tests need no time. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/** The real one. */
export const systemPause: Pause = async (ms, signal) => {
  // An aborted sleep rejects; to the caller being woken early is an ordinary end of the pause.
  await sleep(ms, undefined, { signal }).catch(() => undefined);
};

/** How long to wait after the n-th failure in a row, n from 1: doubles from `firstMs` up to `maxMs`. */
export const backoffMs = (failures: number, { firstMs, maxMs }: Backoff): number =>
  Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30));

/** Bounds of growing pauses, milliseconds. */
export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

import closeWithGrace from "close-with-grace";
import type { FastifyInstance } from "fastify";
import { setTimeout as wait } from "node:timers/promises";
import { idleSweepEveryMs, repeatedSignalMs, shutdownMaxMs } from "../limits.ts";
import type { Closing } from "./closing.ts";
import type { Lifecycle } from "./lifecycle.ts";

export interface Running {
  readonly app: FastifyInstance;
  readonly lifecycle: Lifecycle;
  /** Relays, consumers, stores: whatever was opened before the app. */
  readonly closing: Closing;
  /** How long `/readyz` says 503 before connections are refused, for balancers that poll it. Default 0. */
  readonly unreadyMs?: number;
}

/** Stops in order: not ready, no new connections, requests under way answered, then all else closed. */
export async function stop({ app, lifecycle, closing, unreadyMs = 0 }: Running): Promise<boolean> {
  lifecycle.stop();
  if (unreadyMs > 0) await wait(unreadyMs);
  // An answer whose head was sent before the stop leaves its connection open, and close() waits for those.
  const sweep = setInterval(() => app.server.closeIdleConnections(), idleSweepEveryMs);
  await app.close().finally(() => clearInterval(sweep));
  // From here no request is under way, so nothing new reaches the stores.
  return await closing.closeAll(app.log);
}

const stopSignals = ["SIGINT", "SIGTERM"] as const;

/**
 * Stops on SIGTERM, SIGINT (Ctrl-C) and uncaught errors, and then ends the process: exit code 0 when all
 * closed in time after a signal, 1 otherwise. A second signal ends it at once; but not one that comes with the first:
 * a terminal and npm both pass on the same Ctrl-C. Returns the way to stop by hand.
 */
export function stopOnSignals(running: Running): () => void {
  const { log } = running.app;
  const options = { delay: shutdownMaxMs, logger: log, skip: [...stopSignals] };
  const grace = closeWithGrace(options, async ({ err }) => {
    if (err !== undefined) log.fatal({ err }, "stopping after an error nobody caught");
    if (!(await stop(running))) throw new Error("something did not close cleanly");
    log.info("stopped");
  });
  let firstAtMs: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const atMs = performance.now();
    if (firstAtMs === undefined) {
      firstAtMs = atMs;
      log.info({ signal }, "stopping");
      grace.close();
    } else if (atMs - firstAtMs > repeatedSignalMs) {
      log.error({ signal }, "second signal, ending at once");
      process.exit(1);
    }
  };
  for (const signal of stopSignals) process.on(signal, onSignal);
  return grace.close;
}

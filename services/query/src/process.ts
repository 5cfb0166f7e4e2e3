import { mkdirSync, readFileSync } from "node:fs";
import { backoffMs, systemPause } from "@scrip/application";
import {
  appOf,
  chainKey,
  clock,
  identity,
  openCallers,
  openCards,
  openHolders,
  openLedger,
  ownFollower,
  type Process,
  type Runnable,
  serveNews,
  suite,
  whenChainIsThere,
} from "@scrip/process";
import { replaceFile } from "@scrip/service-kit";
import { configOf, type QueryConfig } from "./config.ts";
import { composeQuery, type QueryService } from "./index.ts";
import { followRetryFirstMs, followRetryMaxMs, verifiedKeptEveryMs } from "./limits.ts";

/** The service in a process of its own: it follows the ledger of another one, and says what is committed. */
export const runnable: Runnable<QueryConfig> = {
  name: "query",
  configOf,
  start: async (given) => {
    const { config, directory, closing, logger, metrics } = given;
    await whenChainIsThere(directory);
    const cards = await openCards(given);
    const vault = await openHolders(given);
    const store = ownFollower(given);
    const { chainId } = directory.settings;
    const query = composeQuery({
      ledger: openLedger(given),
      store,
      online: cards,
      outbox: cards,
      mending: {
        store: cards,
        vault,
        identity,
        operator: await chainKey(given, "operator.key", `${chainId}/operator`),
      },
      logWithinMs: config.logWithinMs,
      suite,
      chainId,
      // From a file, and never from who is followed: that one is to be checked by it.
      policy: readFileSync(directory.path("policy.txt"), "utf8"),
      logKey: await chainKey(given, "log.key", chainId),
      clock,
      logger,
      metrics,
    });
    await query.start();
    closing.add("query", () => query.stop());
    await serveNews(given, query.feed, config.committedPort);
    keepVerified(given, () => store.checkpoint());
    mendSometime(given, query);
    const callers = await openCallers(given);
    const app = await appOf(given, { callers, readiness: [query.readiness] });
    query.registerRoutes(app);
    return app;
  },
};

/** Keeps the newest checkpoint that was verified where the ledger's process finds it: it cosigns nothing behind that. */
function keepVerified({ directory, closing }: Process, newest: () => string | undefined): void {
  const folder = directory.path("verified");
  mkdirSync(folder, { recursive: true });
  let kept = "";
  const keep = (): void => {
    const note = newest();
    if (note === undefined || note === kept) return;
    replaceFile(directory.path("verified", "checkpoint.txt"), note);
    kept = note;
  };
  const timer = setInterval(keep, verifiedKeptEveryMs).unref();
  closing.add("verified checkpoint", async () => clearInterval(timer));
}

/** Begins to mend the card store as soon as that can be written: its heads are compared with the ledger's elsewhere. */
function mendSometime({ closing, logger }: Process, query: QueryService): void {
  const stopped = new AbortController();
  const running = (async () => {
    for (let failures = 1; !stopped.signal.aborted; failures += 1) {
      try {
        await query.startMending();
        return;
      } catch (error) {
        logger.warn({ err: error }, "could not begin to mend cards, trying again");
        const bounds = { firstMs: followRetryFirstMs, maxMs: followRetryMaxMs };
        await systemPause(backoffMs(failures, bounds), stopped.signal);
      }
    }
  })();
  closing.add("mending", async () => {
    stopped.abort();
    await running;
  });
}

import { serveCommitted, serveLedgerReads } from "@scrip/ledger-http";
import type { CommittedFeed, LedgerReads } from "@scrip/ports";
import { channelKey } from "./container.ts";
import type { Process } from "./run-process.ts";

/** Serves the ledger of this process to those that follow it. @throws Error EADDRINUSE and the like */
export async function serveLedger(given: Process, ledger: LedgerReads, port: number) {
  const failed = (error: unknown): void =>
    given.logger.error({ err: error }, "could not answer for the ledger");
  const served = await serveLedgerReads(ledger, { port, ...channelKey(given), failed });
  given.closing.add("ledger's reads", () => served.close());
}

/** Says to other processes what is committed by the copy of this one. @throws Error EADDRINUSE and the like */
export async function serveNews(given: Process, feed: CommittedFeed, port: number) {
  const failed = (error: unknown): void =>
    given.logger.error({ err: error }, "could not say what is committed");
  const served = await serveCommitted(feed, { port, ...channelKey(given), failed });
  given.closing.add("news of what is committed", () => served.close());
}

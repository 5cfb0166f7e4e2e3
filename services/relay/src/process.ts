import {
  appOf,
  clock,
  identity,
  nobody,
  openCards,
  openCommitted,
  openEvents,
  type Runnable,
  suite,
  untilThere,
  whenChainIsThere,
} from "@scrip/process";
import { configOf, type RelayConfig } from "./config.ts";
import { composeRelay } from "./index.ts";

/** Relay and sweeper in a process of their own. Two of them are harmless: the ledger takes nothing twice. */
export const runnable: Runnable<RelayConfig> = {
  name: "relay",
  configOf,
  start: async (given) => {
    await whenChainIsThere(given.directory);
    const cards = await openCards(given);
    const eventLog = await openEvents(given);
    const { model, readiness } = await openCommitted(given, cards);
    const { logger, metrics, closing } = given;
    const relay = composeRelay({
      outbox: cards,
      eventLog,
      hash: suite.hash,
      sweeping: {
        store: cards,
        registry: model.registry,
        finality: model.finality,
        clock,
        identity,
      },
      logger,
      metrics,
    });
    const checks = [readiness, relay.readiness];
    const app = await appOf(given, { callers: nobody, readiness: checks });
    await untilThere("the outbox", () => relay.start());
    closing.add("relay", () => relay.stop());
    return app;
  },
};

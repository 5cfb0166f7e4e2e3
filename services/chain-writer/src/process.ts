import { existsSync, readFileSync } from "node:fs";
import { requireSameHeads } from "@scrip/application";
import { chainKeys, hasBegun, requireFirstStart, startLedger } from "@scrip/local-ledger";
import type { Outbox } from "@scrip/ports";
import {
  appOf,
  nobody,
  openCards,
  openEvents,
  type Process,
  type Runnable,
  serveLedger,
  suite,
} from "@scrip/process";
import { keepPolicy } from "@scrip/service-kit";
import { composeWriter } from "./index.ts";
import { configOf, type WriterProcessConfig } from "./process-config.ts";
import { StoreGate } from "./store-gate.ts";

/**
 * The chain-writer in a process of its own, with the embedded ledger, which it begins, serves to followers, and compares
 * the card store with.
 * @param ledgerScript runs the ledger in a thread of its own; without, it shares the event loop
 */
export const runnable = (ledgerScript?: URL): Runnable<WriterProcessConfig> => ({
  name: "chain-writer",
  configOf,
  start: async (given) => {
    const { config, directory, logger, metrics, closing } = given;
    const { chainId } = directory.settings;
    const cards = await openCards(given);
    const { hash } = suite;
    const { ledger, writer: signer, readiness } = await openLedger(given, cards, ledgerScript);
    await serveLedger(given, ledger, config.ledgerPort);
    const eventLog = await openEvents(given);
    const ports = { config, outbox: cards, eventLog, ledger, signer, chainId, hash };
    const writer = composeWriter({ ...ports, logger, metrics });
    let started = false;
    const gate = new StoreGate({
      store: cards,
      compare: () => requireSameHeads({ outbox: cards, ledger, hash }),
      opened: async () => {
        if (started) return;
        await writer.start();
        started = true;
      },
      logger,
    });
    const checks = [...readiness, gate, writer.readiness];
    const app = await appOf(given, { callers: nobody, readiness: checks });
    gate.start();
    closing.add("chain-writer", async () => {
      if (started) await writer.stop();
    });
    // Closed before the writer, which it may still start.
    closing.add("card store's gate", () => gate.stop());
    return app;
  },
});

/** Opens the ledger of the data directory, or begins it: keys and policy are there then, which all others wait for. */
async function openLedger({ directory, closing }: Process, cards: Outbox, script: URL | undefined) {
  const begun = await hasBegun(directory);
  if (!begun) await requireFirstStart(cards);
  const policyFile = directory.path("policy.txt");
  const keys = await chainKeys(directory, { mayMake: !begun && !existsSync(policyFile) });
  const published = verifiedElsewhere(directory.path("verified", "checkpoint.txt"));
  const { ledger, policy, close, readiness } = await startLedger(
    { directory, keys, published },
    script,
  );
  closing.add("ledger", close);
  keepPolicy(policyFile, policy);
  return { ledger, readiness, writer: keys.writer };
}

/** What a follower has verified was signed and published, whatever copy of the ledger was put back since. */
function verifiedElsewhere(file: string) {
  if (!existsSync(file)) return [];
  const remedy = "a newer copy of the ledger";
  return [
    {
      note: readFileSync(file, "utf8"),
      where: `what the query service verified (${file})`,
      remedy,
    },
  ];
}

import { LedgerStateError } from "@scrip/ledger-state";
import { PortError } from "@scrip/ports";
import { KeyFileError } from "@scrip/signing";
import type { Command } from "commander";
import { dataFile } from "../data-directory.ts";
import { rebuildStore } from "../rebuild/rebuild-store.ts";
import { CommandError, type Surroundings } from "../surroundings.ts";

const examples = `
Examples:
  $ scrip rebuild-store --data .scrip

Needed where the start says that card store and ledger are not one history: a store that was put back from a copy, or
that is damaged. The system must be stopped. In this order:
  1. events that the old store has and the ledger has not are brought onto the ledger;
  2. a new store is made: cards and operations from the ledger's states, wallets from the holder vault, keys of operations
     from the events. A retry of anything that was done finds it done; what was declined is decided anew;
  3. it is compared with the old store, record by record, where that can be read;
  4. the next epoch is opened on the ledger, so that no copy of the old store can ever write to it;
  5. it is put in place. The old store is kept beside it, as cards-old-TIME.
Killed at any moment it can be run again. Exit code 1: nothing was put in place, and why.`;

/** `scrip rebuild-store`: the card store of a stopped system, made anew from the ledger. */
export function rebuildStoreCommand(parent: Command, surroundings: Surroundings): void {
  parent
    .command("rebuild-store")
    .description(
      "make the card store of a stopped system anew from the ledger and the holder vault",
    )
    .option("--data <dir>", "data directory of the stopped system", dataFile(surroundings))
    .addHelpText("after", examples)
    .action(async ({ data }: { readonly data: string }) => {
      const report = await rebuilt(data, surroundings);
      for (const line of report.lines()) surroundings.out(line);
    });
}

async function rebuilt(data: string, surroundings: Surroundings) {
  try {
    return await rebuildStore(data, surroundings);
  } catch (cause) {
    const known = [PortError, LedgerStateError, KeyFileError].some((kind) => cause instanceof kind);
    if (!(known && cause instanceof Error)) throw cause;
    throw new CommandError(cause.message, undefined, { cause });
  }
}

import { parsePolicy, parseTlogProof, PolicyError, formatNote } from "@scrip/merkle-log";
import { PortError } from "@scrip/ports";
import type { Command } from "commander";
import { requireStopped, resumeSigning, stoppedData, suite } from "../container.ts";
import { dataFile, readInput } from "../data-directory.ts";
import { CommandError, type Surroundings } from "../surroundings.ts";

interface ResumeOptions {
  readonly from: string;
  readonly data: string;
  readonly policy?: string;
}

const examples = `
Examples:
  $ curl -s https://scrip.example/checkpoint > newest.txt
  $ scrip log resume --from newest.txt --data .scrip

Needed after a whole data directory was put back from a copy, which nothing inside can notice, and where a validator's
own file (ledger/validators/v0.signed) was lost: without it two histories could get signatures of the same validators.
Take the newest checkpoint that anybody has: from GET /checkpoint, a monitor, or a proof file.
What is kept here and bears their signatures counts too, where it is newer: of both copies of the ledger.
The system must be stopped. Nobody's state is lowered. Exit code 1: nothing was changed, and why.`;

/** `scrip log resume`: what the validators of a stopped system are to remember of what they signed. */
export function logCommand(parent: Command, surroundings: Surroundings): void {
  parent
    .command("log")
    .description("the ledger's log, offline")
    .command("resume")
    .description(
      "make the local validators remember a published checkpoint: they sign nothing below it",
    )
    .requiredOption("--from <file>", "checkpoint (or proof file), the newest that was published")
    .option("--data <dir>", "data directory of the stopped system", dataFile(surroundings))
    .option("--policy <file>", "whom to trust; default: policy.txt of the data directory")
    .addHelpText("after", examples)
    .action((options: ResumeOptions) => resume(options, surroundings));
}

async function resume(options: ResumeOptions, surroundings: Surroundings): Promise<void> {
  const note = noteIn(
    Buffer.from(await readInput(options.from, "the checkpoint")).toString("utf8"),
  );
  const data = stoppedData(options.data);
  const policyFile = options.policy ?? data.path("policy.txt");
  const policy = policyOf(policyFile, await readInput(policyFile, "the policy (--policy)"));
  const store = ledgerOf(data);
  try {
    const directory = data.path("ledger");
    const known = await keptBeside(data);
    const resumed = await resumeSigning({ directory, store, note, known, policy, suite });
    for (const { name, before, size } of resumed.validators) {
      const was = before === null ? "nothing that could be believed" : `size ${before}`;
      const now = before === size ? "left as it is" : `now size ${size}`;
      surroundings.out(`${name}: had signed ${was}, ${now}`);
    }
    surroundings.out(`none of them signs anything below size ${resumed.size} any more`);
    if (resumed.logSize < resumed.size) {
      surroundings.err(
        `scrip: the log here has ${resumed.logSize} entries only: it does not start until a copy with at least ` +
          `${resumed.size} is put back`,
      );
    }
  } catch (error) {
    if (error instanceof PortError)
      throw new CommandError(error.message, undefined, { cause: error });
    throw error;
  } finally {
    await store.close();
  }
}

function ledgerOf(data: ReturnType<typeof stoppedData>) {
  try {
    const store = data.openLedger();
    if (store !== undefined) return store;
  } catch (error) {
    return requireStopped(error);
  }
  throw new CommandError(`${data.path("ledger", "store")} holds no log`);
}

/** The newest checkpoint of the query service's copy, where there is one. */
async function keptBeside(data: ReturnType<typeof stoppedData>) {
  let store: ReturnType<typeof data.openFollower>;
  try {
    store = data.openFollower();
  } catch (error) {
    return requireStopped(error);
  }
  try {
    const note = store?.checkpoint();
    const where = `the query service's copy (${data.path("follower")})`;
    return note === undefined ? [] : [{ note, where }];
  } finally {
    await store?.close();
  }
}

/** A proof file carries a checkpoint too. */
const noteIn = (text: string): string =>
  text.startsWith("c2sp.org/tlog-proof@") ? formatNote(parseTlogProof(text).note) : text;

function policyOf(file: string, bytes: Uint8Array) {
  try {
    return parsePolicy(suite.hash, bytes);
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause;
    throw new CommandError(`${file}: ${cause.message}`, undefined, { cause });
  }
}

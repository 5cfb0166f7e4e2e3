import { stat } from "node:fs/promises";
import { ScripClient } from "@scrip/client";
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { localUrl, readKeys, reasonOf } from "../data-directory.ts";
import { openBaskets } from "../replay/basket-file.ts";
import { describeSummary } from "../replay/describe-summary.ts";
import {
  faultsShownMax,
  householdsAtOnceDefault,
  householdsAtOnceMax,
  replayAttemptsMax,
} from "../replay/limits.ts";
import { progressOf } from "../replay/progress.ts";
import type { Replayed } from "../replay/replay.ts";
import { Replay } from "../replay/replay.ts";
import { openPointsProgram } from "../replay/replay-basket.ts";
import type { Surroundings } from "../surroundings.ts";
import { CommandError, exitCodes } from "../surroundings.ts";

interface CommandOptions {
  readonly url: string;
  readonly households: number;
  readonly json?: true;
}

const details = `
The file is CSV, one basket a line, with the columns basket_id, household_id, store_id, amount_minor and time.
For each basket the household's points are written off at the store as far as they reach (the server declines
below 20 points; 1 point is 1 minor unit), then 1 point is granted for every 100 minor units that were paid.
Baskets of one household keep their order; several households are served at once.

A line that is wrong, or that the server refuses, is left out and told with its number and the reason.
Every operation has a key made from its basket id: running a file again changes nothing, and goes on where a
run was ended. «committed» is measured by asking again for one of fifty accepted operations, under its key and
with waitFor=committed: the time from the first answer to the second.

Examples:
  $ scrip replay .scrip/data/baskets.csv
  $ scrip replay baskets.csv --url http://127.0.0.1:8081 --households 64

Exit code 1: lines were left out, or the server went away; 130: ended with Ctrl-C, in order.`;

/** `scrip replay FILE`: drives a running system as a chain of shops would. */
export function replayCommand(parent: Command, surroundings: Surroundings): void {
  parent
    .command("replay")
    .description("sell a file of baskets at a running system, as a chain of shops would")
    .argument("<file>", "CSV: basket_id,household_id,store_id,amount_minor,time")
    .option("--url <url>", "where the services listen", localUrl(surroundings))
    .option("--households <count>", "households at once", parseCount, householdsAtOnceDefault)
    .option("--json", "print the summary as one JSON document")
    .addHelpText("after", details)
    .action((file: string, options: CommandOptions) => replay(file, options, surroundings));
}

function parseCount(text: string): number {
  const count = /^[0-9]{1,6}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= householdsAtOnceMax) return count;
  throw new InvalidArgumentError(`A number from 1 to ${householdsAtOnceMax}.`);
}

async function replay(
  file: string,
  { url, households, json }: CommandOptions,
  surroundings: Surroundings,
): Promise<void> {
  // The file first: whatever is wrong with it as a whole shows before anything happens.
  const lines = await openBaskets(file);
  const keys = await readKeys(surroundings);
  const { fetch } = surroundings;
  const client = new ScripClient({ baseUrl: url, fetch, attemptsMax: replayAttemptsMax });
  const issuer = client.as(keys.issuer);
  await openPointsProgram(issuer);

  const progress = progressOf(await bytesOf(file), surroundings);
  const faults: string[] = [];
  const interrupted = surroundings.interruption();
  const replayed = await new Replay({
    acceptor: client.as(keys.acceptor),
    issuer,
    householdsAtOnceMax: households,
    interrupted,
    onLine: (bytes, baskets) => progress.advance(bytes, baskets),
    onFault: (line, reason) => {
      if (faults.length < faultsShownMax) faults.push(`${file} line ${line}: ${reason}`);
    },
  }).run(lines);
  progress.stop();
  for (const fault of faults) surroundings.err(fault);
  const { summary } = replayed;
  const told = json === true ? [JSON.stringify(summary)] : describeSummary(summary);
  for (const line of told) surroundings.out(line);
  requireWhole(replayed, interrupted);
}

const resumes = "running it again goes on from there";

/** @throws CommandError when the file was not done, or not all of it */
function requireWhole({ summary, stop }: Replayed, interrupted: AbortSignal): void {
  if (stop !== undefined) {
    throw new CommandError(`stopped at line ${stop.line}: ${stop.reason}; ${resumes}`);
  }
  if (interrupted.aborted) throw new CommandError(`ended; ${resumes}`, exitCodes.interrupted);
  const { linesLeftOut } = summary;
  if (linesLeftOut > faultsShownMax) {
    throw new CommandError(
      `${linesLeftOut} lines were left out, the first ${faultsShownMax} above`,
    );
  }
  if (linesLeftOut > 0) throw new CommandError(`${linesLeftOut} lines were left out`);
}

async function bytesOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (cause) {
    throw new CommandError(`cannot read ${file}: ${reasonOf(cause)}`, undefined, { cause });
  }
}

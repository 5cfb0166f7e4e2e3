import { randomBytes } from "node:crypto";
import { ProblemError } from "@scrip/client";
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { clientOf, type UrlOption } from "../batch/client.ts";
import { describeBatch } from "../batch/describe-batch.ts";
import { download } from "../batch/download.ts";
import { follow } from "../batch/follow.ts";
import { leftOutCommand, stepCommands } from "./batch-steps.ts";
import { localUrl, readKeys } from "../data-directory.ts";
import type { Surroundings } from "../surroundings.ts";
import { CommandError } from "../surroundings.ts";

interface CreateOptions extends UrlOption {
  readonly program: string;
  readonly count: number;
  readonly faceValue: number;
  readonly expires?: string;
  readonly key?: string;
  readonly wait: boolean;
}

interface CodesOptions extends UrlOption {
  readonly out: string;
  readonly confirm?: true;
}

const keyBytes = 8;

const overview = `
A batch is ordered, its cards are generated, acquired by a distributor and distributed; then they can be spent.
Cards that no distributor has acquired are distributed by the issuer itself.
The server goes on by itself, also after a restart: ending a command, or running it again, changes nothing of that.

Examples:
  $ scrip batch create --program gold --count 1000000 --face-value 10000
  $ scrip batch codes batch_… --out codes.txt --confirm
  $ scrip batch acquire batch_… --distributor north
  $ scrip batch distribute batch_…
  $ scrip batch left-out batch_… --step distribute

Exit code 1: it was refused, cards were left out, or nothing answers; 130: ended with Ctrl-C.`;

const codesDetails = `
Until all are there they stand in FILE.part; running it again, with the connection or the command broken off, goes on
from the last whole line. At the end number and SHA-256 are told; --confirm sends both to the server, which then
destroys what the codes are made from: nobody can list them again. The file is synced to the disk before.`;

/** `scrip batch`: a batch from its order to cards that can be spent. */
export function batchCommand(parent: Command, surroundings: Surroundings): void {
  const batch = parent
    .command("batch")
    .description("order a batch of cards, follow it, download its codes, hand it on")
    .addHelpText("after", overview);
  const withUrl = (command: Command): Command =>
    command.option("--url <url>", "where the services listen", localUrl(surroundings));

  withUrl(batch.command("create"))
    .description("order a batch, and follow it until its cards are generated")
    .requiredOption("--program <id>", "the program that its cards are of")
    .requiredOption("--count <cards>", "how many cards", parseWhole)
    .requiredOption("--face-value <minor>", "minor units that each card is worth", parseWhole)
    .option("--expires <time>", "RFC 3339 in UTC: 2030-01-01T00:00:00Z; left out: never")
    .option("--key <key>", "of an order that was made before: it is found, not made again")
    .option("--no-wait", "end when it is ordered")
    .action((options: CreateOptions) => create(options, surroundings));
  withUrl(batch.command("status"))
    .description("how far a batch is")
    .argument("<batch>", "its id (batch_…)")
    .option("--json", "print one JSON document")
    .action((id: string, options: UrlOption & { json?: true }) =>
      status(id, options, surroundings),
    );
  withUrl(batch.command("codes"))
    .description("download the codes of a batch to a file, as often as it takes")
    .argument("<batch>", "its id (batch_…)")
    .requiredOption("--out <file>", "where they go; readable for its owner alone")
    .option("--confirm", "say that they arrived: nobody can list them again")
    .addHelpText("after", codesDetails)
    .action((id: string, options: CodesOptions) => codes(id, options, surroundings));
  stepCommands(batch, withUrl, surroundings);
  leftOutCommand(batch, withUrl, surroundings);
}

/** The server itself says what is out of its range, by field. */
function parseWhole(text: string): number {
  if (/^[0-9]{1,16}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("A whole number.");
}

async function create(options: CreateOptions, surroundings: Surroundings): Promise<void> {
  const { program: programId, count, faceValue, expires } = options;
  const { issuer } = await readKeys(surroundings);
  const client = clientOf(options, issuer, surroundings);
  const key = options.key ?? `scrip batch ${randomBytes(keyBytes).toString("hex")}`;
  if (options.key === undefined) surroundings.err(`key of this order: ${key}`);
  const order = { programId, count, faceValue, expiresAt: expires ?? null };
  const { batchId } = (await client.createBatch(order, { key })).body.batch;
  surroundings.out(batchId);
  if (!options.wait) return;
  const batch = await follow(
    client,
    {
      batchId,
      what: "generated",
      far: ({ generated, status: now }) => ({ cards: generated, done: now === "GENERATED" }),
    },
    surroundings,
  );
  for (const line of describeBatch(batch)) surroundings.err(line);
}

async function status(
  batchId: string,
  options: UrlOption & { readonly json?: true },
  surroundings: Surroundings,
): Promise<void> {
  const { issuer } = await readKeys(surroundings);
  const { body } = await clientOf(options, issuer, surroundings).batch(batchId);
  const lines = options.json === true ? [JSON.stringify(body)] : describeBatch(body);
  for (const line of lines) surroundings.out(line);
}

/** @throws CommandError for other codes than the server's: well formed, and yet not what it gave out */
async function confirmed(asked: Promise<unknown>, file: string): Promise<void> {
  try {
    await asked;
  } catch (cause) {
    if (!(cause instanceof ProblemError) || cause.code !== "CODES_CONFIRM_MISMATCH") throw cause;
    const what = "its codes are not the ones that the server gave out, and nothing was confirmed";
    throw new CommandError(`${file}: ${what}; delete ${file} and download again`, undefined, {
      cause,
    });
  }
}

async function codes(
  batchId: string,
  options: CodesOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { issuer } = await readKeys(surroundings);
  const client = clientOf(options, issuer, surroundings);
  const { count } = (await client.batch(batchId)).body;
  const received = await download(
    client,
    { batchId, codes: count, path: options.out },
    surroundings,
  );
  surroundings.out(`codes   ${received.count}`);
  surroundings.out(`sha256  ${received.sha256}`);
  if (options.confirm !== true) return;
  await confirmed(client.confirmCodes(batchId, received), options.out);
  surroundings.out("confirmed: nobody can list them again");
}

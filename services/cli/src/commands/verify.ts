import { type Claim, describeClaim, readEntryFile, verifyFile } from "@scrip/client";
import { sha256Ed25519 } from "@scrip/signing";
import { parseCardId, parseEventId, toHex } from "@scrip/wire";
import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import { dataFile, readInput } from "../data-directory.ts";
import { parseDuration } from "../duration.ts";
import type { Surroundings } from "../surroundings.ts";
import { CommandError } from "../surroundings.ts";

interface VerifyOptions {
  readonly policy?: string;
  readonly entry?: string;
  readonly event?: string;
  readonly card?: string;
  readonly codeStdin?: true;
  readonly committed?: true;
  readonly maxAge?: number;
  readonly json?: true;
}

const examples = `
Examples:
  $ scrip verify .scrip/walk/proof.txt
  $ scrip verify proof.txt --policy policy.txt --entry entry.bin
  $ scrip verify proof.txt --policy policy.txt --event evt_4f1c…
  $ scrip verify card.txt --policy policy.txt --code-stdin --max-age 30s < code.txt
  $ scrip verify checkpoint.txt --policy policy.txt --max-age 30s
  $ scrip verify receipt.txt --policy policy.txt

A receipt is a promise: it says by when the event will be in the log, and proves nothing about the log.
Nothing is asked of any server. Exit code 0: the claim holds, and is printed. Exit code 1: it does not,
with the code (PROOF_INVALID, QUORUM_NOT_MET, CHECKPOINT_INCONSISTENT, STALE) and the step that failed.`;

/** `scrip verify FILE`: proofs, receipts and checkpoints, offline. */
export function verifyCommand(parent: Command, surroundings: Surroundings): void {
  parent
    .command("verify")
    .description(
      "verify a proof file, receipt or checkpoint offline and say what it proves or promises",
    )
    .argument("<file>", "proof file or receipt (c2sp.org/tlog-proof@v1), or checkpoint")
    .option("--policy <file>", "whom to trust; default: policy.txt of the data directory")
    .option("--entry <file>", "the entry, for a file that does not carry it: bytes, base64 or hex")
    .option("--event <id>", "the event id (evt_…) that the proof must be of", eventIdOf)
    .option("--card <id>", "the card id (card_…) that the proof must be about", cardIdOf)
    .addOption(
      new Option("--code-stdin", "read the card's code from standard input").conflicts("card"),
    )
    .option("--committed", "take no promise: only what is in the log will do")
    .option("--max-age <age>", "how old a card's proof or a checkpoint may be: 30s", parseDuration)
    .option("--json", "print the claim as one JSON document")
    .addHelpText("after", examples)
    .action((file: string, options: VerifyOptions) => verify(file, options, surroundings));
}

async function verify(
  file: string,
  { event, card, maxAge, ...options }: VerifyOptions,
  surroundings: Surroundings,
): Promise<void> {
  const policyFile = options.policy ?? dataFile(surroundings, "policy.txt");
  const policy = await readInput(policyFile, "the policy (--policy)");
  const bytes = await readInput(file, "the proof");
  const { entry: entryFile } = options;
  const entry =
    entryFile === undefined ? undefined : readEntryFile(await readInput(entryFile, "the entry"));
  const code = options.codeStdin === true ? await readCode(surroundings) : undefined;
  const claim = verifyFile({
    file: bytes,
    policy,
    nowMs: surroundings.nowMs(),
    suite: sha256Ed25519,
    ...(entry === undefined ? {} : { entry }),
    ...(event === undefined ? {} : { eventId: event }),
    ...(card === undefined ? {} : { card }),
    ...(code === undefined ? {} : { code }),
    ...(options.committed === undefined ? {} : { committed: options.committed }),
    ...(maxAge === undefined ? {} : { maxAgeMs: maxAge }),
  });
  const lines = options.json === true ? [jsonOf(claim)] : describeClaim(claim);
  for (const line of lines) surroundings.out(line);
}

/** Amounts are digits in text, for they may exceed what JSON numbers carry; bytes are hexadecimal. */
const jsonOf = (claim: Claim): string =>
  JSON.stringify(claim, (_name, value: unknown) => {
    if (typeof value === "bigint") return String(value);
    return value instanceof Uint8Array ? toHex(value) : value;
  });

// What is no id at all is a slip of whoever calls, and says nothing of the file.
const idOf = (parse: (text: string) => string | null, form: string) => (text: string) => {
  if (parse(text) !== null) return text;
  throw new InvalidArgumentError(`Write it like ${form}.`);
};
const eventIdOf = idOf(parseEventId, "evt_ and 64 hexadecimal digits");
const cardIdOf = idOf(parseCardId, "card_ and 40 hexadecimal digits");

/** Bytes of standard input that may belong to a code. */
const codeBytesMax = 256;

async function readCode({ stdin }: Surroundings): Promise<string> {
  let text = "";
  for await (const piece of stdin) {
    text += Buffer.from(piece).toString("latin1");
    if (text.length > codeBytesMax) throw new CommandError("standard input holds more than a code");
  }
  return text.trim();
}

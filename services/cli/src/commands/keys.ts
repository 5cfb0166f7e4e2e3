import { randomUUID } from "node:crypto";
import { ScripClient } from "@scrip/client";
import type { ApiKeyView, KeyBody, KeyMadeAnswer } from "@scrip/wire";
import { Option, type Command } from "commander";
import { localUrl, operatorKey } from "../data-directory.ts";
import type { Surroundings } from "../surroundings.ts";
import { CommandError } from "../surroundings.ts";

interface KeysOptions {
  readonly url: string;
  readonly json?: true;
}

interface MakeOptions extends KeysOptions {
  readonly participant: string;
  readonly role: KeyBody["role"];
  readonly programs: string;
  readonly participants?: string;
  readonly holdersAct?: true;
}

const roles = ["ISSUER", "DISTRIBUTOR", "ACCEPTOR", "REGULATOR", "OPERATOR"];

/** Keys asked for at once. */
const pageKeys = 200;

const details = `
A key belongs to one participant, has one role, and is limited to programs and participants. Of one participant,
role and scope two keys are active at most: rotate makes the second, and when it is in use everywhere the first is
revoked. A revoked key stops at once and never works again. The last operator's key cannot be revoked.

A new key is the one line on standard output. It is shown once and stored nowhere: keep it, or revoke it.

The key used for all this is SCRIP_API_KEY, or else the operator's in keys.json of the data directory, SCRIP_DATA_DIR
or .scrip. It can hand out no more than it may do itself.

Examples:
  $ scrip keys make --participant store-7 --role ACCEPTOR --programs gold,points --holders-act > till.key
  $ scrip keys list --json | jq -r '.keys[] | select(.status == "ACTIVE") | .keyId'
  $ scrip keys rotate key_0a1b… > till.key
  $ scrip keys revoke key_0a1b…`;

/** `scrip keys`: API keys of participants, for operators. */
export function keysCommand(parent: Command, surroundings: Surroundings): void {
  const keys = parent
    .command("keys")
    .description("list, make, rotate and revoke API keys")
    .addHelpText("after", details);
  const add = (name: string, description: string): Command =>
    keys
      .command(name)
      .description(description)
      .option("--url <url>", "where the services listen", localUrl(surroundings))
      .option("--json", "print one JSON document");

  add("list", "every key, in the order in which they were made; never a secret").action(
    (options: KeysOptions) => list(options, surroundings),
  );
  add("make", "make a key and print it, once")
    .requiredOption("--participant <id>", "whom it belongs to")
    .addOption(new Option("--role <role>", "what it is for").choices(roles).makeOptionMandatory())
    .requiredOption("--programs <ids>", "programs it may use, with commas between; * for all")
    .option("--participants <ids>", "others it may act for; * for all; left out: none")
    .option("--holders-act", "may act for holders: bind, view and spend wallets")
    .action((options: MakeOptions) => make(options, surroundings));
  add("rotate", "make the second key of the same caller and print it, once")
    .argument("<keyId>", "the key it is to follow")
    .action((keyId: string, options: KeysOptions) => rotate(keyId, options, surroundings));
  add("revoke", "end a key for good, at once")
    .argument("<keyId>", "the key to end")
    .action((keyId: string, options: KeysOptions) => revoke(keyId, options, surroundings));
}

async function clientOf({ url }: KeysOptions, surroundings: Surroundings): Promise<ScripClient> {
  const apiKey = await operatorKey(surroundings);
  return new ScripClient({ baseUrl: url, apiKey, fetch: surroundings.fetch });
}

async function list(options: KeysOptions, surroundings: Surroundings): Promise<void> {
  const client = await clientOf(options, surroundings);
  const keys: ApiKeyView[] = [];
  for (let page: { cursor?: string } = {}; ;) {
    const { body } = await client.keys({ limit: pageKeys, ...page });
    keys.push(...body.keys);
    if (body.nextCursor === null) break;
    page = { cursor: body.nextCursor };
  }
  const lines = options.json === true ? [JSON.stringify({ keys })] : keys.map(lineOf);
  for (const line of lines) surroundings.out(line);
}

async function make(options: MakeOptions, surroundings: Surroundings): Promise<void> {
  const client = await clientOf(options, surroundings);
  const body: KeyBody = {
    participant: options.participant,
    role: options.role,
    scope: {
      programs: namesIn(options.programs),
      participants: namesIn(options.participants ?? ""),
      flags: options.holdersAct === true ? ["holders:act"] : [],
    },
  };
  const made = await client.makeKey(body, { key: randomUUID() });
  tell(made.body, options, surroundings);
}

async function rotate(
  keyId: string,
  options: KeysOptions,
  surroundings: Surroundings,
): Promise<void> {
  const client = await clientOf(options, surroundings);
  tell((await client.rotateKey(keyId, { key: randomUUID() })).body, options, surroundings);
  surroundings.err(`${keyId} works too, until «scrip keys revoke ${keyId}»`);
}

async function revoke(
  keyId: string,
  options: KeysOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { body } = await (await clientOf(options, surroundings)).revokeKey(keyId);
  surroundings.out(options.json === true ? JSON.stringify(body) : `${body.key.keyId} is revoked`);
}

/** The secret on standard output, all else beside it. @throws CommandError when the secret was lost on its way */
function tell(made: KeyMadeAnswer, { json }: KeysOptions, { out, err }: Surroundings): void {
  const { key, secret, unknownPrograms, unknownParticipants } = made;
  if (secret === null) {
    throw new CommandError(
      `${key.keyId} was made, but the answer with its secret was lost: revoke it and make another`,
    );
  }
  const document = { key, secret, unknownPrograms, unknownParticipants };
  out(json === true ? JSON.stringify(document) : secret);
  err(lineOf(key));
  for (const line of warningsOf(made)) err(line);
  err("This is the only time the key is shown. Keep it where only its owner reads.");
}

/** A key may be made ahead of what it is for; a slip looks the same. */
function warningsOf({ key, unknownPrograms, unknownParticipants }: KeyMadeAnswer): string[] {
  const unknown = [
    ...unknownPrograms.map((name) => `program ${name}`),
    ...unknownParticipants.map((name) => `participant ${name}`),
  ];
  if (unknown.length === 0) return [];
  return [
    `Warning: there is no ${unknown.join(", ")} (yet). If that is a slip: «scrip keys revoke ${key.keyId}», and make another.`,
  ];
}

const namesIn = (list: string): "*" | string[] =>
  list.trim() === "*"
    ? "*"
    : list
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "");

const lineOf = ({ keyId, status, role, participant, scope, createdAt }: ApiKeyView): string =>
  [
    keyId,
    status.padEnd(7),
    role.padEnd(11),
    participant,
    `programs ${told(scope.programs)}`,
    `participants ${told(scope.participants)}`,
    ...scope.flags,
    createdAt === null ? "since the first start" : `since ${createdAt}`,
  ].join("  ");

const told = (names: "*" | readonly string[]): string =>
  names === "*" ? "*" : names.length === 0 ? "none" : names.join(",");

import type { Answered, ScripClient } from "@scrip/client";
import type { BulkStepAnswer, BulkStepDone, LeftOutAnswer } from "@scrip/wire";
import type { Command } from "commander";
import { clientOf, type UrlOption } from "../batch/client.ts";
import { follow, type Followed } from "../batch/follow.ts";
import { leftOutPageCards } from "../batch/limits.ts";
import { readKeys } from "../data-directory.ts";
import type { Surroundings } from "../surroundings.ts";
import { CommandError } from "../surroundings.ts";

type WithUrl = (command: Command) => Command;

interface StepOptions extends UrlOption {
  readonly distributor?: string;
  readonly key?: string;
}

/** One step of all cards of a batch, as it is asked of the server. */
interface Step {
  readonly batchId: string;
  readonly what: "acquired" | "distributed";
  readonly ask: () => Promise<Answered<BulkStepAnswer>>;
}

const keyDetails = `
Run again it finds the step it began, and tells how it went: its key is made from the batch and the distributor.
Another --key asks for the step anew; cards that took it are then left out.`;

/** `scrip batch acquire` and `scrip batch distribute`. */
export function stepCommands(batch: Command, withUrl: WithUrl, surroundings: Surroundings): void {
  withUrl(batch.command("acquire"))
    .description("take all cards of a batch over, as their distributor")
    .argument("<batch>", "its id (batch_…)")
    .requiredOption("--distributor <id>", "who takes them over")
    .option("--key <key>", "of the operation")
    .addHelpText("after", keyDetails)
    .action(async (batchId: string, options: StepOptions & { readonly distributor: string }) => {
      const { distributor } = options;
      const client = await asDistributor(options, surroundings);
      const key = options.key ?? `scrip batch acquire ${batchId} ${distributor}`;
      const ask = () => client.acquire(batchId, { distributor }, { key });
      await take(client, { batchId, what: "acquired", ask }, surroundings);
    });
  withUrl(batch.command("distribute"))
    .description("give all cards of a batch out: from then on they can be spent")
    .argument("<batch>", "its id (batch_…)")
    .option("--distributor <id>", "who gives them out; left out: whoever acquired them")
    .option("--key <key>", "of the operation")
    .addHelpText("after", keyDetails)
    .action(async (batchId: string, options: StepOptions) => {
      const { distributor } = options;
      const client = await asDistributor(options, surroundings);
      const key = options.key ?? `scrip batch distribute ${batchId} ${distributor ?? ""}`.trim();
      const named = distributor === undefined ? {} : { distributor };
      const ask = () => client.distribute(batchId, { cards: "ALL", ...named }, { key });
      await take(client, { batchId, what: "distributed", ask }, surroundings);
    });
}

const asDistributor = async (
  options: UrlOption,
  surroundings: Surroundings,
): Promise<ScripClient> =>
  clientOf(options, (await readKeys(surroundings)).distributor, surroundings);

/** @throws CommandError when cards were left out */
async function take(client: ScripClient, step: Step, surroundings: Surroundings): Promise<void> {
  const { cards, leftOutCount } = await done(client, step, surroundings);
  surroundings.out(`${step.what}  ${cards}`);
  surroundings.out(`left out  ${leftOutCount}`);
  if (leftOutCount === 0) return;
  const act = step.what === "acquired" ? "acquire" : "distribute";
  throw new CommandError(
    `${leftOutCount} cards were left out: «scrip batch left-out ${step.batchId} --step ${act}»`,
  );
}

/** Asks; while it goes on the batch tells how far it is; then asks again. */
async function done(
  client: ScripClient,
  { batchId, what, ask }: Step,
  surroundings: Surroundings,
): Promise<BulkStepDone> {
  for (;;) {
    const { body } = await ask();
    if (!("status" in body)) return body;
    const far: Followed["far"] = ({ steps }) => {
      const mine = steps.find(({ number }) => number === body.step);
      const cards = (mine?.cards ?? 0) + (mine?.leftOutCount ?? 0);
      return { cards, done: mine?.status !== "RUNNING" };
    };
    await follow(client, { batchId, what, far }, surroundings);
  }
}

/** `scrip batch left-out`: which cards could not take a step, and why. */
export function leftOutCommand(batch: Command, withUrl: WithUrl, surroundings: Surroundings): void {
  withUrl(batch.command("left-out"))
    .description("list the cards that could not take a step, and why")
    .argument("<batch>", "its id (batch_…)")
    .requiredOption("--step <step>", "generate, acquire, distribute, or the number of a step")
    .action(async (batchId: string, options: UrlOption & { readonly step: string }) => {
      const { issuer } = await readKeys(surroundings);
      const client = clientOf(options, issuer, surroundings);
      for await (const { cardId, code } of leftOut(client, batchId, options.step))
        surroundings.out(`${cardId} ${code}`);
    });
}

async function* leftOut(client: ScripClient, batchId: string, step: string) {
  let cursor: string | null = null;
  do {
    const page = { limit: leftOutPageCards, ...(cursor === null ? {} : { cursor }) };
    const { body }: Answered<LeftOutAnswer> = await client.leftOut(batchId, step, page);
    yield* body.cards;
    // While the step goes on there is always a next page: what is there now is the end for now.
    if (body.cards.length === 0 && body.nextCursor === cursor) return;
    cursor = body.nextCursor;
  } while (cursor !== null);
}

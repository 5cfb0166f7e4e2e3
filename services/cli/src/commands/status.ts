import { ScripClient } from "@scrip/client";
import type { LedgerStatusAnswer } from "@scrip/wire";
import type { Command } from "commander";
import { localUrl, readKeys } from "../data-directory.ts";
import { sumOfMetric } from "../metrics-text.ts";
import type { Surroundings } from "../surroundings.ts";
import { CommandError } from "../surroundings.ts";

interface StatusOptions {
  readonly url: string;
  readonly json?: true;
}

/** Gauges of what stopped and waits for a human; each is 0 in a healthy system. */
const stopGauges = {
  "query service": "scrip_follow_stopped",
  "chain-writer shards": "scrip_writer_stopped_shards",
  "relay streams": "scrip_relay_broken_streams",
} as const;

const examples = `
Examples:
  $ scrip status
  $ scrip status --json | jq .lag

Exit code 1: nothing answers, something has stopped, or the totals do not add up (law gauge not 0).`;

/** `scrip status`: how the ledger is. */
export function statusCommand(parent: Command, surroundings: Surroundings): void {
  parent
    .command("status")
    .description("height, lag from accepted to committed, outbox depth, totals and law gauge")
    .option("--url <url>", "where the services listen", localUrl(surroundings))
    .option("--json", "print one JSON document")
    .addHelpText("after", examples)
    .action((options: StatusOptions) => status(options, surroundings));
}

async function status({ url, json }: StatusOptions, surroundings: Surroundings): Promise<void> {
  const { operator } = await readKeys(surroundings);
  const client = new ScripClient({ baseUrl: url, apiKey: operator, fetch: surroundings.fetch });
  const { body } = await client.ledgerStatus();
  const stopped = stoppedIn(await client.metrics());
  const lines = json === true ? [JSON.stringify({ ...body, stopped })] : linesOf(body);
  for (const line of lines) surroundings.out(line);
  if (stopped.length > 0) throw new CommandError(`stopped: ${stopped.join(", ")}; see the log`);
  if (body.lawGauge !== "0") throw new CommandError(`the law gauge is ${body.lawGauge}, not 0`);
}

const stoppedIn = (metrics: string): string[] =>
  Object.entries(stopGauges).flatMap(([what, name]) =>
    sumOfMetric(metrics, name) > 0 ? [what] : [],
  );

function linesOf({ totals, lag, ...status }: LedgerStatusAnswer): string[] {
  const { outboxDepth, acceptedToCommittedMs } = lag;
  const facts: readonly (readonly [string, string | number])[] = [
    ["chain", status.chainId],
    ["height", `${status.height}, ${status.size} entries, last block ${status.time ?? "none yet"}`],
    ["cards", status.cards],
    [
      "lag",
      acceptedToCommittedMs === null ? "nothing measured yet" : `${acceptedToCommittedMs} ms`,
    ],
    ["outbox", outboxDepth === null ? "not known here" : `${outboxDepth} events not committed yet`],
    ["rejections", status.rejections],
    ...Object.entries(totals),
    ["law gauge", status.lawGauge],
  ];
  return facts.map(([name, value]) => `${name.padEnd(11)} ${value}`);
}

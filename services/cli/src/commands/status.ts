import { ScripClient } from "@scrip/client";
import type { LedgerPromisesAnswer, LedgerStatusAnswer } from "@scrip/wire";
import type { Command } from "commander";
import { dataFile, localUrl, operatorKey } from "../data-directory.ts";
import { deepStatus } from "../deep/deep-status.ts";
import { labelsOfMetric, sumOfMetric } from "../metrics-text.ts";
import type { Surroundings } from "../surroundings.ts";
import { CommandError } from "../surroundings.ts";

interface StatusOptions {
  readonly url: string;
  readonly json?: true;
  readonly deep?: true;
  readonly data: string;
  readonly policy?: string;
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
  $ scrip status --deep --data .scrip

It asks with SCRIP_API_KEY where that is set, else with the operator's key of the data directory.

--deep asks no server: it opens the data directory of a system that has been stopped (it says so while one runs), and
rehashes every entry, tile and state of both copies of the ledger against the checkpoint that the quorum has signed; it
looks at key files and signing states, opens the seeds of all codes, reads every holder and API key, and compares the
card store with the ledger. A copy of the directory will do. What was taken away whole from holders or API keys, it
cannot know: nobody has counted them.

Exit code 1: nothing answers, something has stopped, the totals do not add up (law gauge not 0), a card waits to be
reconciled after a rejection, or a receipt's promise is overdue, and each such event is named. Promises of events that
the ledger rejected are named too, for good: what they promised was not kept.
with --deep: something is not as it has to be, and each such thing is named.`;

/** `scrip status`: how the ledger is. */
export function statusCommand(parent: Command, surroundings: Surroundings): void {
  parent
    .command("status")
    .description("height, lag, outbox depth, overdue promises of receipts, totals and law gauge")
    .option("--url <url>", "where the services listen", localUrl(surroundings))
    .option("--json", "print one JSON document")
    .option("--deep", "rehash a stopped system's whole data directory instead of asking a server")
    .option("--data <dir>", "with --deep: the data directory", dataFile(surroundings))
    .option("--policy <file>", "with --deep: whom to trust; default: its policy.txt")
    .addHelpText("after", examples)
    .action((options: StatusOptions) =>
      options.deep === true ? deep(options, surroundings) : status(options, surroundings),
    );
}

async function deep(
  { data, policy, json }: StatusOptions,
  surroundings: Surroundings,
): Promise<void> {
  const report = await deepStatus(data, policy, surroundings);
  for (const line of json === true ? [report.json()] : report.lines()) surroundings.out(line);
  if (report.count > 0) throw new CommandError(`${data} is not sound`);
}

async function status({ url, json }: StatusOptions, surroundings: Surroundings): Promise<void> {
  const operator = await operatorKey(surroundings);
  const client = new ScripClient({ baseUrl: url, apiKey: operator, fetch: surroundings.fetch });
  const { body } = await client.ledgerStatus();
  const { body: promises } = await client.ledgerPromises();
  const stopped = stoppedIn(await client.metrics());
  const lines =
    json === true
      ? [JSON.stringify({ ...body, promises, stopped })]
      : [...linesOf(body), ...promiseLines(promises)];
  for (const line of lines) surroundings.out(line);
  if (stopped.length > 0) throw new CommandError(`stopped: ${stopped.join(", ")}; see the log`);
  if (body.lawGauge !== "0") throw new CommandError(`the law gauge is ${body.lawGauge}, not 0`);
  const diverged = body.divergedCards ?? 0;
  if (diverged > 0) throw new CommandError(`cards that wait to be reconciled: ${diverged}`);
  const overdue = promises.overdue ?? 0;
  if (overdue > 0) throw new CommandError(`promises of receipts overdue: ${overdue}`);
}

const stoppedIn = (metrics: string): string[] =>
  Object.entries(stopGauges).flatMap(([what, name]) =>
    sumOfMetric(metrics, name) > 0 ? [told(what, labelsOfMetric(metrics, name))] : [],
  );

/** Which ones, and why, where the gauge says it. */
const told = (what: string, labels: readonly string[]): string =>
  labels.length === 0 ? what : `${what} (${labels.join("; ")})`;

function linesOf({ totals, lag, ...status }: LedgerStatusAnswer): string[] {
  const { outboxDepth } = lag;
  const facts: readonly (readonly [string, string | number])[] = [
    ["chain", status.chainId],
    ["height", `${status.height}, ${status.size} entries, last block ${status.time ?? "none yet"}`],
    ...catchingUpLines(status),
    ["cards", status.cards],
    ["lag", lagText(lag)],
    ["outbox", outboxDepth === null ? "not known here" : `${outboxDepth} events not committed yet`],
    ["rejections", status.rejections],
    ["diverged", divergedText(status.divergedCards)],
    ...Object.entries(totals),
    ["law gauge", status.lawGauge],
  ];
  return facts.map(fact);
}

/** While the copy catches up what is told below is not of the whole ledger. */
const catchingUpLines = ({ catchingUp }: Pick<LedgerStatusAnswer, "catchingUp">) =>
  catchingUp === null
    ? []
    : [
        [
          "catching up",
          `${catchingUp.verified} of ${catchingUp.of} entries, of which this is told`,
        ] as const,
      ];

/** What was measured stays what it was when nothing is waiting any more. */
function lagText({ outboxDepth, acceptedToCommittedMs }: LedgerStatusAnswer["lag"]): string {
  if (acceptedToCommittedMs === null) return "nothing measured yet";
  const lately = `${acceptedToCommittedMs} ms from accepted to committed, of the newest events`;
  return outboxDepth === 0 ? `none now; lately ${lately}` : lately;
}

const divergedText = (cards: number | null): string =>
  cards === null
    ? "not known here"
    : `${cards} cards wait for an operator (GET /v1/ledger/rejections)`;

function promiseLines(answer: LedgerPromisesAnswer): string[] {
  const { missed, overdue, rejected, events, rejectedEvents } = answer;
  const told =
    missed === null
      ? "not known here"
      : `${missed} missed since the start, ${overdue} overdue, ${rejected} rejected`;
  const listed = events.map(({ eventId, shard, seq, dueAt }): readonly [string, string] => [
    "overdue",
    `${eventId}, shard ${shard} event ${seq}, due since ${dueAt}`,
  ]);
  const refused = rejectedEvents.map(({ eventId, reason, dueAt }): readonly [string, string] => [
    "rejected",
    `${eventId}, ${reason}: promised for ${dueAt}, and never to be there`,
  ]);
  return [["promises", told] as const, ...listed, ...refused].map(fact);
}

const fact = ([name, value]: readonly [string, string | number]): string =>
  `${name.padEnd(11)} ${value}`;

import { setTimeout as sleep } from "node:timers/promises";
import type { ScripClient } from "@scrip/client";
import type { BatchAnswer } from "@scrip/wire";
import type { Surroundings } from "../surroundings.ts";
import { CommandError, exitCodes } from "../surroundings.ts";
import { lookEveryMs } from "./limits.ts";
import { progressOf } from "./progress.ts";

/** What is followed of a batch. */
export interface Followed {
  readonly batchId: string;
  /** A participle: "generated". */
  readonly what: string;
  /** Cards that are through, and whether that is all. */
  readonly far: (batch: BatchAnswer) => { readonly cards: number; readonly done: boolean };
}

/**
 * Looks at a batch until it is as far as it is to be, and shows the way there. Only looking ends with Ctrl-C: the server
 * goes on.
 * @throws CommandError when the user ended it; ProblemError, UnreachableError
 */
export async function follow(
  client: ScripClient,
  { batchId, what, far }: Followed,
  surroundings: Surroundings,
): Promise<BatchAnswer> {
  const interrupted = surroundings.interruption();
  let batch = (await client.batch(batchId)).body;
  const progress = progressOf(what, batch.count, surroundings);
  try {
    for (;;) {
      const { cards, done } = far(batch);
      progress.to(cards);
      if (done) return batch;
      await sleep(lookEveryMs, undefined, { signal: interrupted }).catch(() => undefined);
      if (interrupted.aborted) throw ended(batchId);
      batch = (await client.batch(batchId)).body;
    }
  } finally {
    progress.stop();
  }
}

const ended = (batchId: string): CommandError =>
  new CommandError(
    `ended; the server goes on: «scrip batch status ${batchId}» tells how far it is`,
    exitCodes.interrupted,
  );

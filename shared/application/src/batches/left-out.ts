import type { CardId, OpId } from "@scrip/domain";
import type { CardStore } from "@scrip/ports";
import type { OperationPorts } from "../keyed/ports.ts";
import { partKey, resultOf } from "./chunk.ts";
import { leftOutChunksPerPageMax } from "./limits.ts";

/** A place among the cards that a job left out: before card `nth` of a chunk's. */
export interface LeftOutPlace {
  readonly shard: number;
  readonly chunk: number;
  readonly nth: number;
}

export interface LeftOutPage {
  readonly cards: readonly { readonly cardId: CardId; readonly code: string }[];
  /** Where the next page begins: null when there is nothing more, and never will be. */
  readonly next: LeftOutPlace | null;
}

/** A job of many chunks, and whether it is done. */
export interface LeftOutJob {
  readonly opId: OpId;
  readonly done: boolean;
}

/**
 * Cards that a job could not take along, from a place on, at most `limit`. They stand in the outcomes of its chunks; a
 * page may hold fewer, or none, when many chunks have none: `leftOutChunksPerPageMax` are looked through. While the job
 * runs the list ends before the first chunk that is not done, and goes on there later.
 */
export async function leftOutPage(
  ports: Pick<OperationPorts, "store" | "hash">,
  job: LeftOutJob,
  page: { readonly from: LeftOutPlace; readonly limit: number },
): Promise<LeftOutPage> {
  const cards: LeftOutPage["cards"][number][] = [];
  let { shard, chunk, nth } = page.from;
  for (let looked = 0; shard < ports.store.shards; looked += 1) {
    if (looked >= leftOutChunksPerPageMax) return { cards, next: { shard, chunk, nth } };
    const leftOut = await leftOutOf(ports, job.opId, { shard, chunk });
    if (leftOut === undefined) {
      if (!job.done) return { cards, next: { shard, chunk, nth } };
      [shard, chunk, nth] = [shard + 1, 0, 0];
      continue;
    }
    const taken = leftOut.slice(nth, nth + page.limit - cards.length);
    cards.push(...taken);
    if (nth + taken.length < leftOut.length)
      return { cards, next: { shard, chunk, nth: nth + taken.length } };
    [chunk, nth] = [chunk + 1, 0];
  }
  return { cards, next: null };
}

async function leftOutOf(
  ports: { readonly store: CardStore; readonly hash: OperationPorts["hash"] },
  job: OpId,
  at: { readonly shard: number; readonly chunk: number },
) {
  const outcome = await ports.store.outcome(at.shard, partKey(ports, job, at));
  return outcome && resultOf(outcome).leftOut;
}

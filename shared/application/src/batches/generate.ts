import type { Batch, BatchId } from "@scrip/domain";
import type { BatchVault, NewOutcome } from "@scrip/ports";
import { PortError } from "@scrip/ports";
import { noEffects } from "../keyed/attempt.ts";
import type { OperationPorts } from "../keyed/ports.ts";
import { generationOf } from "./batch-records.ts";
import { cardParts } from "./card-parts.ts";
import { partKey, runChunk, type ChunkResult, type Part } from "./chunk.ts";
import { chunksInFlightMax } from "./limits.ts";
import { sideBySide } from "./side-by-side.ts";

export interface GenerationJob {
  readonly batch: Batch;
  /** Told how many cards there are, after each chunk. */
  readonly onProgress: (generated: number) => void;
  /** Asked before each chunk; true ends the run there, to be gone on with later. */
  readonly stopping: () => boolean;
}

/** How many cards a finished generation made; undefined while it is not finished. */
export async function generatedCards(
  { store }: Pick<OperationPorts, "store">,
  batchId: BatchId,
): Promise<number | undefined> {
  const outcome = await store.outcome(store.shards, generationOf(batchId));
  if (outcome === undefined) return undefined;
  return (JSON.parse(outcome.answer) as { readonly cards: number }).cards;
}

/**
 * Generates the cards of a COMMITTED batch. Deterministic from the seed and made of chunks with outcomes of their own:
 * stopped at any line and started again, it goes on where it was and makes no card twice. Memory is bounded by the ids
 * held at once. A batch that expires meanwhile gets no more cards: they could never be used.
 * @throws PortError CORRUPT when the seed is gone before the generation was complete; UNAVAILABLE: go on later.
 */
export async function generateBatch(
  ports: OperationPorts,
  vault: BatchVault,
  job: GenerationJob,
): Promise<void> {
  const { batch } = job;
  const { batchId } = batch;
  if ((await generatedCards(ports, batchId)) !== undefined) return;
  const seed = await vault.seed(batchId);
  if (seed === undefined || seed === "WIPED")
    throw new PortError("CORRUPT", `batch ${batchId} has no seed, and not all of its cards`);
  let generated = 0;
  const source = { hash: ports.hash, seed, count: batch.count, shards: ports.store.shards };
  await sideBySide(cardParts(source), chunksInFlightMax, async (part) => {
    if (job.stopping()) throw new PortError("UNAVAILABLE", "stopped between two chunks");
    const { cards } = await saveChunk(ports, batch, part);
    // Only now: `generated += await …` would add to what it was before other chunks ended.
    generated += cards;
    job.onProgress(generated);
  });
  await complete(ports, batchId, generated);
}

async function saveChunk(ports: OperationPorts, batch: Batch, part: Part): Promise<ChunkResult> {
  const opId = partKey(ports, generationOf(batch.batchId), part);
  const { cardIds } = part;
  return await runChunk(ports, {
    opId,
    part,
    command: (nowMs) => ({ type: "GenerateCards", nowMs, actor: batch.issuer, opId, cardIds }),
    load: async () => ({ batch, records: [], strangers: [] }),
  });
}

/** The job's own outcome, in the control stream's shard: from here on the batch is generated. */
async function complete(ports: OperationPorts, batchId: BatchId, cards: number): Promise<void> {
  const { store, clock } = ports;
  const opId = generationOf(batchId);
  const answer = JSON.stringify({ cards });
  const outcome: NewOutcome = { opId, kind: "DONE", eventId: null, atMs: clock.nowMs(), answer };
  await store.save({ shard: store.shards, pointer: null, outcome, ...noEffects });
}

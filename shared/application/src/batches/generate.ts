import type { Batch, BatchId, CardId } from "@scrip/domain";
import { bulkCardsPerEventMax, cardId, shardOf } from "@scrip/domain";
import type { BatchVault, Outcome } from "@scrip/ports";
import { cardIdOfCode, codeAt } from "@scrip/wire";
import type { OperationPorts } from "../keyed/ports.ts";
import { noChange } from "../keyed/no-change.ts";
import { situationOf } from "../keyed/situation.ts";
import { generationOf, partOf, runChunk } from "./chunk.ts";
import { InFlight } from "./in-flight.ts";
import { chunksInFlightMax } from "./limits.ts";

/** How far the generation of a batch has come. */
export interface GenerationProgress {
  readonly generated: number;
  readonly count: number;
}

export interface GenerationJob {
  readonly batch: Batch;
  readonly onProgress: (progress: GenerationProgress) => void;
  /** Asked before each chunk; true ends the run there, to be gone on with later. */
  readonly stopping: () => boolean;
}

/** Whether all cards of the batch are saved. */
export async function isGenerated(ports: OperationPorts, batchId: BatchId): Promise<boolean> {
  return (await ports.store.outcome(ports.store.shards, generationOf(batchId))) !== undefined;
}

/**
 * Generates the cards of a COMMITTED batch. Deterministic from the seed and made of chunks with outcomes of their own:
 * stopped at any line and started again, it goes on where it was and makes no card twice. Memory is bounded by one
 * open chunk per shard.
 * @throws Error when the seed is gone before the generation was complete.
 */
export async function generateBatch(
  ports: OperationPorts,
  vault: BatchVault,
  job: GenerationJob,
): Promise<void> {
  const { batch } = job;
  if (await isGenerated(ports, batch.batchId)) return;
  const seed = await vault.seed(batch.batchId);
  if (seed === undefined || seed === "WIPED") throw new Error(`batch ${batch.batchId} has no seed`);
  const flight = new InFlight(chunksInFlightMax);
  let generated = 0;
  for (const part of chunksOf(ports, batch, seed)) {
    if (job.stopping()) return await flight.drained();
    await flight.add(async () => {
      await saveChunk(ports, batch, part);
      generated += part.cardIds.length;
      job.onProgress({ generated, count: batch.count });
    });
  }
  await flight.drained();
  await complete(ports, batch);
}

interface Part {
  readonly shard: number;
  readonly chunk: number;
  readonly cardIds: readonly CardId[];
}

/** The cards in the order of the seed, cut into chunks of one shard each; the cut never depends on chance or time. */
function* chunksOf(ports: OperationPorts, batch: Batch, seed: Uint8Array): Generator<Part> {
  const { shards } = ports.store;
  const open: CardId[][] = Array.from({ length: shards }, () => []);
  const next = Array.from({ length: shards }, () => 0);
  const cut = (shard: number): Part => {
    const chunk = next[shard] ?? 0;
    const cardIds = open[shard] ?? [];
    next[shard] = chunk + 1;
    open[shard] = [];
    return { shard, chunk, cardIds };
  };
  for (let index = 0; index < batch.count; index += 1) {
    const id = cardId(cardIdOfCode(ports.hash, codeAt(ports.hash, seed, index)));
    const shard = shardOf(id, shards);
    open[shard]?.push(id);
    if (open[shard]?.length === bulkCardsPerEventMax) yield cut(shard);
  }
  for (let shard = 0; shard < shards; shard += 1) {
    if (open[shard]?.length !== 0) yield cut(shard);
  }
}

async function saveChunk(ports: OperationPorts, batch: Batch, part: Part): Promise<void> {
  const program = ports.registry.program(batch.programId, batch.programVersion) ?? null;
  const opId = partOf(ports, generationOf(batch.batchId), part);
  await runChunk(ports, {
    opId,
    shard: part.shard,
    command: (nowMs) => ({
      type: "GenerateCards",
      nowMs,
      actor: batch.issuer,
      opId,
      cardIds: part.cardIds,
    }),
    load: async () => ({ situation: situationOf(program, [], { batch }), records: [] }),
  });
}

/** The job's own outcome, in the control stream's shard: from here on the batch is generated. */
async function complete(ports: OperationPorts, batch: Batch): Promise<void> {
  const opId = generationOf(batch.batchId);
  const answer = JSON.stringify({ cards: batch.count });
  const outcome: Outcome = { opId, kind: "DONE", eventId: null, atMs: ports.clock.nowMs(), answer };
  await ports.store.save({ shard: ports.store.shards, pointer: null, outcome, ...noChange });
}

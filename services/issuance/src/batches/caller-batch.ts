import { committedBatch, type OperationPorts } from "@scrip/application";
import type { Batch } from "@scrip/domain";
import type { Caller } from "@scrip/ports";
import { Problem, mayUseProgram, requireCommitted } from "@scrip/service-kit";
import { parseBatchId } from "@scrip/wire";
import type { Generation } from "../background/generation.ts";

/**
 * The COMMITTED batch that a path names, if its program is in the caller's scope.
 * @throws Problem BATCH_NOT_FOUND, also for a batch out of scope; NOT_COMMITTED_YET.
 */
export async function callerBatch(
  ports: OperationPorts,
  caller: Caller,
  id: string,
): Promise<Batch> {
  const batchId = parseBatchId(id);
  if (batchId === null) throw new Problem("BATCH_NOT_FOUND");
  const batch = requireCommitted(await committedBatch(ports, batchId), "BATCH_NOT_FOUND");
  if (!mayUseProgram(caller, batch.programId)) throw new Problem("BATCH_NOT_FOUND");
  return batch;
}

/** @throws Problem NOT_COMMITTED_YET while the batch's cards are still being generated. */
export async function requireGenerated(generation: Generation, batch: Batch): Promise<void> {
  const { status } = await generation.progress(batch);
  if (status === "GENERATED") return;
  throw new Problem("NOT_COMMITTED_YET", { detail: "The cards are still being generated." });
}

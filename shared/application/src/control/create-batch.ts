import type { Amount, Batch, BatchId, OpId, ParticipantId, ProgramId } from "@scrip/domain";
import { batchId } from "@scrip/domain";
import type { BatchVault } from "@scrip/ports";
import { formatBatchId, formatTime } from "@scrip/wire";
import type { KeyedResult } from "../keyed/keyed.ts";
import type { OperationPorts } from "../keyed/ports.ts";
import { situationOf } from "../keyed/situation.ts";
import { batchClaim } from "./committed.ts";
import { runControl } from "./control-operation.ts";

export interface CreateBatchRequest {
  readonly opId: OpId;
  readonly actor: ParticipantId;
  readonly programId: ProgramId;
  readonly count: number;
  readonly faceValue: Amount;
  readonly expiresAtMs: number | null;
}

/** Random bytes that codes are made from. */
export const batchSeedBytes = 32;
const batchIdHexChars = 32;

/** The batch that an operation key makes: the same key never makes two. */
export const batchIdOf = (opId: OpId): BatchId => batchId(opId.slice(0, batchIdHexChars));

/**
 * Opens a batch of a COMMITTED program. Its seed is kept before the event is saved, so there is never a batch whose
 * codes cannot be made.
 */
export async function createBatch(
  ports: OperationPorts,
  vault: BatchVault,
  request: CreateBatchRequest,
): Promise<KeyedResult> {
  const { opId, actor, programId, count, faceValue, expiresAtMs } = request;
  const id = batchIdOf(opId);
  return await runControl(ports, {
    type: "BatchCreated",
    opId,
    asked: { programId, count, faceValue: Number(faceValue), expiresAtMs },
    claim: batchClaim(id),
    taken: { code: "BATCH_ALREADY_EXISTS" },
    command: (nowMs) => ({
      type: "CreateBatch",
      nowMs,
      opId,
      actor,
      batchId: id,
      count,
      faceValue,
      expiresAtMs,
    }),
    situation: () => situationOf(ports.registry.ruling(programId, ports.clock.nowMs()) ?? null, []),
    before: () => vault.keep(id, ports.identity.randomBytes(batchSeedBytes)),
    answer: ({ batch }) => ({ batch: batchText(batch) }),
  });
}

/** A batch as callers see it. */
export const batchText = (batch: Batch) => ({
  batchId: formatBatchId(batch.batchId),
  programId: batch.programId,
  count: batch.count,
  faceValue: Number(batch.faceValue),
  expiresAt: batch.expiresAtMs === null ? null : formatTime(batch.expiresAtMs),
  createdAt: formatTime(batch.createdAtMs),
});

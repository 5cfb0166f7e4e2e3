import type { CardId } from "@scrip/domain";
import { shardOf } from "@scrip/domain";
import type { Outcome } from "@scrip/ports";
import { PortError } from "@scrip/ports";
import type { BulkStepDone } from "@scrip/wire";
import { formatCardId, leftOutNamedMax } from "@scrip/wire";
import { committedProgram } from "../control/committed.ts";
import { noEffects } from "../keyed/attempt.ts";
import type { KeyedResult } from "../keyed/keyed.ts";
import { standing } from "../keyed/keyed.ts";
import type { OperationPorts } from "../keyed/ports.ts";
import { partsOf } from "./bulk-parts.ts";
import { partKey, runChunk, type ChunkResult, type Part } from "./chunk.ts";
import { chunksInFlightMax } from "./limits.ts";
import { sideBySide } from "./side-by-side.ts";
import { bulkStepHash, commandOf, type BulkStep } from "./step.ts";

/** How far a bulk step has come. */
export interface StepProgress {
  /** Cards that took it. */
  readonly cards: number;
  readonly leftOutCount: number;
}

/** How a bulk step is run. */
export interface StepRun {
  /** Told how far the step is, after each chunk; a resumed step counts what it finds done. */
  readonly onProgress: (progress: StepProgress) => void;
  /** Asked before each chunk; true ends the run there. */
  readonly stopping: () => boolean;
}

/**
 * Takes many cards one step further: chunk by chunk, each saved once. Cards that cannot take the step are left out and
 * reported. Stopped at any line and asked again with the same key, it goes on where it was.
 * @throws PortError UNAVAILABLE when it was stopped, or the store failed: the same key goes on with it.
 */
export async function runBulkStep(
  ports: OperationPorts,
  step: BulkStep,
  how: StepRun,
): Promise<KeyedResult> {
  const { opId, batch } = step;
  const bodyHash = bulkStepHash(ports.hash, step);
  const found = await standing(ports.store, { opId, bodyHash });
  if (found !== undefined && found.kind !== "IN_PROGRESS") return found;
  const program = await committedProgram(ports, batch.programId);
  if (program.kind === "NOT_COMMITTED_YET") return program;
  if (program.kind === "NOT_FOUND") throw new Error(`batch ${batch.batchId} has no program`);
  const shard = shardOf(opId, ports.store.shards);
  const pointer = { opId, bodyHash, decisionShard: shard };
  // The pointer goes first: from here on the key belongs to this body, and a retry runs the same plan.
  const begun = await ports.store.save({ shard, pointer, outcome: null, ...noEffects });
  if (begun.kind === "KEY_REUSED") return { kind: "KEY_REUSED" };
  const result = await runParts(ports, step, how);
  const answer = JSON.stringify(result);
  const atMs = ports.clock.nowMs();
  const outcome: Outcome = { opId, kind: "DONE", eventId: null, seq: null, atMs, answer };
  const saved = await ports.store.save({ shard, pointer, outcome, ...noEffects });
  const done = { kind: "OUTCOME", shard, entry: null } as const;
  if (saved.kind === "OUTCOME_EXISTS") return { ...done, outcome: saved.outcome, replayed: true };
  if (saved.kind !== "SAVED") throw new Error(`the key of a step was its own: ${saved.kind}`);
  return { ...done, outcome, replayed: false };
}

async function runParts(
  ports: OperationPorts,
  step: BulkStep,
  { onProgress, stopping }: StepRun,
): Promise<BulkStepDone> {
  const { batch, cards } = step;
  let [taken, leftOutCount] = [0, 0];
  const leftOut: { cardId: string; code: string }[] = [];
  await sideBySide(partsOf(ports.store, batch, cards), chunksInFlightMax, async (part) => {
    if (stopping()) throw new PortError("UNAVAILABLE", "stopped between two chunks");
    const result = await runPart(ports, step, part);
    taken += result.cards;
    leftOutCount += result.leftOut.length;
    const room = leftOutNamedMax - leftOut.length;
    for (const { cardId, code } of result.leftOut.slice(0, room))
      leftOut.push({ cardId: formatCardId(cardId), code });
    onProgress({ cards: taken, leftOutCount });
  });
  return { cards: taken, leftOutCount, leftOut: leftOut.sort(byCardId) };
}

const byCardId = (a: { cardId: string }, b: { cardId: string }): number =>
  a.cardId < b.cardId ? -1 : 1;

/** Cards that are not of the batch are left out before the rules see the others. */
async function runPart(ports: OperationPorts, step: BulkStep, part: Part): Promise<ChunkResult> {
  const { batch } = step;
  const opId = partKey(ports, step.opId, part);
  return await runChunk(ports, {
    opId,
    part,
    command: (nowMs) => commandOf(step, opId, nowMs),
    load: async () => {
      const found = await ports.store.cards(part.cardIds);
      const records = found.filter(({ card }) => card.batchId === batch.batchId);
      const mine = records.map(({ card }) => card.cardId);
      return { batch, records, strangers: notAmong(part.cardIds, mine) };
    },
  });
}

function notAmong(cardIds: readonly CardId[], found: readonly CardId[]): CardId[] {
  if (cardIds.length === found.length) return [];
  const there = new Set(found);
  return cardIds.filter((cardId) => !there.has(cardId));
}

import type { Batch, CardCommand, CardId, OpId, Program } from "@scrip/domain";
import { shardOf } from "@scrip/domain";
import type { CardRecord, Outcome } from "@scrip/ports";
import { PortError } from "@scrip/ports";
import type { BulkStepAnswer, Json } from "@scrip/wire";
import { bodyHash, canonicalJson, formatCardId, leftOutNamedMax } from "@scrip/wire";
import { committedProgram } from "../control/committed.ts";
import { noEffects } from "../keyed/attempt.ts";
import type { KeyedResult } from "../keyed/keyed.ts";
import { standing } from "../keyed/keyed.ts";
import type { OperationPorts } from "../keyed/ports.ts";
import { situationOf } from "../keyed/situation.ts";
import { partsOf, type Choice } from "./bulk-parts.ts";
import { partKey, runChunk, type ChunkResult, type Part } from "./chunk.ts";
import { chunksInFlightMax } from "./limits.ts";
import { sideBySide } from "./side-by-side.ts";

/** One step of many cards of a generated batch: acquire or distribute. */
export interface BulkStep {
  readonly opId: OpId;
  readonly batch: Batch;
  readonly cards: Choice;
  /** The command of one chunk, under the chunk's own key. */
  readonly command: (opId: OpId, nowMs: number) => CardCommand;
  /** What was asked beside the cards, for telling a retry from another request under the same key. */
  readonly asked: { readonly [name: string]: Json };
}

/** Hash of what a bulk step was asked. */
export function bulkStepHash({ hash }: OperationPorts, { asked, batch, cards }: BulkStep): string {
  const named = cards === "ALL" ? "ALL" : [...cards].sort();
  return bodyHash(hash, canonicalJson({ ...asked, batchId: batch.batchId, cards: named }));
}

/**
 * Takes many cards one step further: chunk by chunk, each saved once. Cards that cannot take the step are left out and
 * reported. Stopped at any line and asked again with the same key, it goes on where it was.
 * @param stopping asked before each chunk; true ends the run there.
 * @throws PortError UNAVAILABLE when it was stopped, or the store failed: the same key goes on with it.
 */
export async function runBulkStep(
  ports: OperationPorts,
  step: BulkStep,
  stopping: () => boolean,
): Promise<KeyedResult> {
  const { opId, batch } = step;
  const bodyHash = bulkStepHash(ports, step);
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
  const result = await runParts(ports, { step, program: program.thing, stopping });
  const answer = JSON.stringify(result);
  const atMs = ports.clock.nowMs();
  const outcome: Outcome = { opId, kind: "DONE", eventId: null, seq: null, atMs, answer };
  const saved = await ports.store.save({ shard, pointer, outcome, ...noEffects });
  const replayed = saved.kind === "OUTCOME_EXISTS";
  const stands = replayed ? saved.outcome : outcome;
  return { kind: "OUTCOME", outcome: stands, shard, entry: null, replayed };
}

interface Run {
  readonly step: BulkStep;
  readonly program: Program;
  readonly stopping: () => boolean;
}

async function runParts(ports: OperationPorts, run: Run): Promise<BulkStepAnswer> {
  const { batch, cards } = run.step;
  let [taken, leftOutCount] = [0, 0];
  const leftOut: { cardId: string; code: string }[] = [];
  await sideBySide(partsOf(ports.store, batch, cards), chunksInFlightMax, async (part) => {
    if (run.stopping()) throw new PortError("UNAVAILABLE", "stopped between two chunks");
    const result = await runPart(ports, run, part);
    taken += result.cards;
    leftOutCount += result.leftOut.length;
    const room = leftOutNamedMax - leftOut.length;
    for (const { cardId, code } of result.leftOut.slice(0, room))
      leftOut.push({ cardId: formatCardId(cardId), code });
  });
  return { cards: taken, leftOutCount, leftOut: leftOut.sort(byCardId) };
}

const byCardId = (a: { cardId: string }, b: { cardId: string }): number =>
  a.cardId < b.cardId ? -1 : 1;

/** Cards that are not of the batch are left out before the rules see the others. */
async function runPart(ports: OperationPorts, run: Run, part: Part): Promise<ChunkResult> {
  const { step, program } = run;
  const there = new Set((await ofBatch(ports, step, part.cardIds)).map(({ card }) => card.cardId));
  const strangers = part.cardIds.filter((id) => !there.has(id));
  const leftOut = strangers.map((cardId) => ({ cardId, code: "CARD_NOT_FOUND" }));
  if (there.size === 0) return { cards: 0, leftOut };
  const opId = partKey(ports, step.opId, part);
  const result = await runChunk(ports, {
    opId,
    part: { ...part, cardIds: [...there] },
    command: (nowMs) => step.command(opId, nowMs),
    load: async () => {
      const records = await ofBatch(ports, step, part.cardIds);
      const cards = records.map((record) => record.card);
      return { situation: situationOf(program, cards, { batch: step.batch }), records };
    },
  });
  return { cards: result.cards, leftOut: [...leftOut, ...result.leftOut] };
}

async function ofBatch(
  { store }: OperationPorts,
  { batch }: BulkStep,
  cardIds: readonly CardId[],
): Promise<CardRecord[]> {
  const records = await store.cards(cardIds);
  return records.filter(({ card }) => card.batchId === batch.batchId);
}

import type { BatchId, CardCommand, Decision, LeftOut, OpId, Situation } from "@scrip/domain";
import { decide, evolve, opId } from "@scrip/domain";
import type { CardRecord, Outcome } from "@scrip/ports";
import { PortError } from "@scrip/ports";
import { chunkOpId } from "@scrip/wire";
import type { OperationPorts } from "../keyed/ports.ts";
import { conflictRetriesMax } from "../keyed/limits.ts";
import { newEntry } from "../keyed/new-entry.ts";
import { noChange } from "../keyed/no-change.ts";
import { cardChanges } from "../keyed/records.ts";

/** One part of a job: cards of one shard, saved with an outcome of its own, so that a resumed job skips it. */
export interface Chunk {
  readonly opId: OpId;
  readonly shard: number;
  readonly command: (nowMs: number) => CardCommand;
  /** The situation as it is now, and the records it came from. */
  readonly load: () => Promise<{ situation: Situation; records: readonly CardRecord[] }>;
}

/** What a chunk's outcome keeps. */
export interface ChunkResult {
  readonly cards: number;
  readonly leftOut: readonly { readonly cardId: string; readonly code: string }[];
}

/** Key of a part of a job. */
export const partOf = (
  ports: OperationPorts,
  job: OpId,
  part: { shard: number; chunk: number },
): OpId => chunkOpId(ports.hash, job, part);

/** The job that generates a batch: known from the batch alone, so that any process can take it up again. */
export const generationOf = (batchId: BatchId): OpId => opId(batchId + "0".repeat(batchId.length));

/** Saves one chunk, once and for all: a chunk that has its outcome is left as it is. */
export async function runChunk(ports: OperationPorts, chunk: Chunk): Promise<ChunkResult> {
  const done = await ports.store.outcome(chunk.shard, chunk.opId);
  if (done !== undefined) return resultOf(done);
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt(ports, chunk);
    } catch (error) {
      const conflict = error instanceof PortError && error.code === "VERSION_CONFLICT";
      if (!conflict || tries >= conflictRetriesMax) throw error;
    }
  }
}

async function attempt(ports: OperationPorts, chunk: Chunk): Promise<ChunkResult> {
  const { situation, records } = await chunk.load();
  const nowMs = ports.clock.nowMs();
  const decision = decide(situation, chunk.command(nowMs));
  const { result, changes, eventId } = effectOf(ports, { decision, situation, records });
  const answer = JSON.stringify(result);
  const outcome: Outcome = { opId: chunk.opId, kind: "DONE", eventId, atMs: nowMs, answer };
  const saved = await ports.store.save({ shard: chunk.shard, pointer: null, outcome, ...changes });
  if (saved.kind === "OUTCOME_EXISTS") return resultOf(saved.outcome);
  if (saved.kind !== "SAVED") throw new Error(`a chunk has no key and no claim: ${saved.kind}`);
  return result;
}

interface Decided {
  readonly decision: Decision;
  readonly situation: Situation;
  readonly records: readonly CardRecord[];
}

function effectOf(ports: OperationPorts, { decision, situation, records }: Decided) {
  const leftOut = named(decision.leftOut);
  if (decision.kind === "REFUSED") {
    if (decision.leftOut.length === 0)
      throw new Error(`a chunk was refused: ${decision.refusal.code}`);
    return { result: { cards: 0, leftOut }, changes: noChange, eventId: null };
  }
  const consequence = evolve(situation, decision.event);
  const entry = newEntry(ports, decision.event);
  const wallets = new Map(records.map((record) => [record.card.cardId, record.walletId]));
  const changes = cardChanges(entry, consequence, (card) => wallets.get(card.cardId) ?? null);
  return { result: { cards: consequence.cards.length, leftOut }, changes, eventId: entry.eventId };
}

const named = (leftOut: readonly LeftOut[]) =>
  leftOut.map(({ cardId, refusal }) => ({ cardId, code: refusal.code }));

const resultOf = (outcome: Outcome): ChunkResult => JSON.parse(outcome.answer) as ChunkResult;

import type { Batch, CardCommand, CardId, OpId, Program } from "@scrip/domain";
import { bulkCardsPerEventMax, shardOf } from "@scrip/domain";
import type { BatchPage, Outcome } from "@scrip/ports";
import type { Json } from "@scrip/wire";
import { bodyHash, canonicalJson, formatCardId, leftOutNamedMax } from "@scrip/wire";
import type { OperationPorts } from "../keyed/ports.ts";
import type { KeyedResult } from "../keyed/keyed.ts";
import { standing } from "../keyed/keyed.ts";
import { noChange } from "../keyed/no-change.ts";
import { situationOf } from "../keyed/situation.ts";
import type { ChunkResult } from "./chunk.ts";
import { partOf, runChunk } from "./chunk.ts";
import { InFlight } from "./in-flight.ts";
import { chunksInFlightMax } from "./limits.ts";

/** One step of many cards of a batch: acquire or distribute. */
export interface BulkStep {
  readonly opId: OpId;
  readonly batch: Batch;
  /** Which cards: all of the batch, or those named. */
  readonly cards: "ALL" | readonly CardId[];
  /** The command of one chunk, under the chunk's own key. */
  readonly command: (opId: OpId, nowMs: number) => CardCommand;
  /** What was asked, for telling a retry from another request under the same key. */
  readonly asked: { readonly [name: string]: Json };
}

/**
 * Takes many cards one step further: chunk by chunk, each saved once. Cards that cannot take the step are left out and
 * reported. Stopped at any line and asked again with the same key, it goes on where it was.
 */
export async function runBulkStep(ports: OperationPorts, step: BulkStep): Promise<KeyedResult> {
  const { opId } = step;
  const cards = step.cards === "ALL" ? "ALL" : [...new Set(step.cards)].sort();
  const hash = bodyHash(
    ports.hash,
    canonicalJson({ ...step.asked, batchId: step.batch.batchId, cards }),
  );
  const found = await standing(ports.store, opId, hash);
  if (found !== undefined && found.kind !== "IN_PROGRESS") return found;
  const shard = shardOf(opId, ports.store.shards);
  const pointer = { opId, bodyHash: hash, decisionShard: shard };
  // The pointer goes first: from here on the key belongs to this body, and a retry runs the same plan.
  const claimed = await ports.store.save({ shard, pointer, outcome: null, ...noChange });
  if (claimed.kind === "KEY_REUSED") return { kind: "KEY_REUSED" };
  const result = await runChunks(ports, step, cards);
  const answer = JSON.stringify(result);
  const outcome: Outcome = { opId, kind: "DONE", eventId: null, atMs: ports.clock.nowMs(), answer };
  const saved = await ports.store.save({ shard, pointer, outcome, ...noChange });
  const kept = saved.kind === "OUTCOME_EXISTS" ? saved.outcome : outcome;
  return { kind: "OUTCOME", outcome: kept, shard, replayed: saved.kind === "OUTCOME_EXISTS" };
}

interface BulkResult {
  readonly cards: number;
  readonly leftOutCount: number;
  readonly leftOut: readonly { readonly cardId: string; readonly code: string }[];
}

async function runChunks(
  ports: OperationPorts,
  step: BulkStep,
  cards: "ALL" | readonly CardId[],
): Promise<BulkResult> {
  const program = ports.registry.program(step.batch.programId) ?? null;
  const results: ChunkResult[] = [];
  const flight = new InFlight(chunksInFlightMax);
  for await (const part of cards === "ALL"
    ? batchParts(ports, step.batch)
    : namedParts(ports, cards)) {
    await flight.add(async () => {
      results.push(await runPart(ports, { step, program, part }));
    });
  }
  await flight.drained();
  const leftOut = results.flatMap((result) => result.leftOut);
  return {
    cards: results.reduce((sum, result) => sum + result.cards, 0),
    leftOutCount: leftOut.length,
    leftOut: leftOut
      .slice(0, leftOutNamedMax)
      .map(({ cardId, code }) => ({ cardId: formatCardId(cardId as CardId), code })),
  };
}

interface Part {
  readonly shard: number;
  readonly chunk: number;
  readonly cardIds: readonly CardId[];
}

/** All cards of the batch, shard by shard in the order of their ids: the same cut on every run. */
async function* batchParts(ports: OperationPorts, batch: Batch): AsyncGenerator<Part> {
  for (let shard = 0; shard < ports.store.shards; shard += 1) {
    let after: CardId | null = null;
    for (let chunk = 0; ; chunk += 1) {
      const page: BatchPage = {
        batchId: batch.batchId,
        shard,
        after,
        limit: bulkCardsPerEventMax,
      };
      const cardIds: CardId[] = await ports.store.batchCards(page);
      if (cardIds.length > 0) yield { shard, chunk, cardIds };
      if (cardIds.length < bulkCardsPerEventMax) break;
      after = cardIds.at(-1) ?? null;
    }
  }
}

/** The cards named, by shard: the same cut on every run, because they are sorted. */
function* namedParts(ports: OperationPorts, cards: readonly CardId[]): Generator<Part> {
  for (let shard = 0; shard < ports.store.shards; shard += 1) {
    const ids = cards.filter((id) => shardOf(id, ports.store.shards) === shard);
    for (let chunk = 0; chunk * bulkCardsPerEventMax < ids.length; chunk += 1) {
      const from = chunk * bulkCardsPerEventMax;
      yield { shard, chunk, cardIds: ids.slice(from, from + bulkCardsPerEventMax) };
    }
  }
}

async function runPart(
  ports: OperationPorts,
  work: { step: BulkStep; program: Program | null; part: Part },
): Promise<ChunkResult> {
  const { step, program, part } = work;
  const ofBatch = async () => {
    const records = await ports.store.cards(part.cardIds);
    return records.filter(({ card }) => card.batchId === step.batch.batchId);
  };
  const there = new Set((await ofBatch()).map(({ card }) => card.cardId));
  const missing = part.cardIds.filter((id) => !there.has(id));
  const leftOut = missing.map((cardId) => ({ cardId, code: "CARD_NOT_FOUND" }));
  if (there.size === 0) return { cards: 0, leftOut };
  const opId = partOf(ports, step.opId, part);
  const result = await runChunk(ports, {
    opId,
    shard: part.shard,
    command: (nowMs) => step.command(opId, nowMs),
    load: async () => {
      const records = await ofBatch();
      const cards = records.map((record) => record.card);
      return { situation: situationOf(program, cards, { batch: step.batch }), records };
    },
  });
  return { cards: result.cards, leftOut: [...leftOut, ...result.leftOut] };
}

import type { BatchId, CardCommand, CardId, Decision, OpId, Situation } from "@scrip/domain";
import { decide, evolve, opId } from "@scrip/domain";
import type { CardRecord, NewOutcome } from "@scrip/ports";
import { chunkOpId } from "@scrip/wire";
import { noEffects } from "../keyed/attempt.ts";
import { honest } from "../keyed/conclude.ts";
import { newEntry } from "../keyed/new-entry.ts";
import { againOnConflict } from "../keyed/on-conflict.ts";
import type { OperationPorts } from "../keyed/ports.ts";
import { effectsOf, walletsOf } from "../keyed/records.ts";

/** Where a part of a job stands in it, and its cards: all of one shard. */
export interface Part {
  readonly shard: number;
  /** Number within the shard, from 0. */
  readonly chunk: number;
  readonly cardIds: readonly CardId[];
}

/** One part of a job, saved with an outcome of its own, so that a resumed job skips it. */
export interface Chunk {
  readonly opId: OpId;
  readonly part: Part;
  readonly command: (nowMs: number) => CardCommand;
  /** The situation as it is now, and the records it came from. */
  readonly load: () => Promise<{ situation: Situation; records: readonly CardRecord[] }>;
}

/** What a chunk's outcome keeps. */
export interface ChunkResult {
  /** Cards that took the step. */
  readonly cards: number;
  readonly leftOut: readonly { readonly cardId: CardId; readonly code: string }[];
}

/** Key of a part of a job. */
export const partKey = (ports: OperationPorts, job: OpId, part: Part): OpId =>
  chunkOpId(ports.hash, job, part);

/** The job that generates a batch: known from the batch alone, so that any process can take it up again. */
export const generationOf = (batchId: BatchId): OpId => opId(batchId + "0".repeat(batchId.length));

/** Saves one chunk, once and for all: a chunk that has its outcome is left as it is. */
export const runChunk = (ports: OperationPorts, chunk: Chunk): Promise<ChunkResult> =>
  againOnConflict(async () => {
    const done = await ports.store.outcome(chunk.part.shard, chunk.opId);
    return done === undefined ? await attempt(ports, chunk) : resultOf(done);
  });

async function attempt(ports: OperationPorts, chunk: Chunk): Promise<ChunkResult> {
  const { shard } = chunk.part;
  const { situation, records } = await chunk.load();
  const nowMs = ports.clock.nowMs();
  const decision = decide(situation, chunk.command(nowMs));
  const { result, effects, eventId } =
    decision.kind === "REFUSED"
      ? { result: refused(chunk, decision), effects: noEffects, eventId: null }
      : accepted(ports, decision, { situation, records });
  const answer = JSON.stringify(result);
  const outcome: NewOutcome = { opId: chunk.opId, kind: "DONE", eventId, atMs: nowMs, answer };
  const saved = await ports.store.save({ shard, pointer: null, outcome, ...effects });
  if (saved.kind === "OUTCOME_EXISTS") return resultOf(saved.outcome);
  if (saved.kind !== "SAVED") throw new Error(`a chunk has no key and no claim: ${saved.kind}`);
  return result;
}

function accepted(
  ports: OperationPorts,
  { event, leftOut }: Extract<Decision, { kind: "ACCEPTED" }>,
  { situation, records }: { situation: Situation; records: readonly CardRecord[] },
) {
  const consequence = evolve(situation, event);
  const entry = newEntry(ports, event);
  const result: ChunkResult = {
    cards: consequence.cards.length,
    leftOut: leftOut.map(({ cardId, refusal }) => ({ cardId, code: refusal.code })),
  };
  const effects = effectsOf(entry, consequence, walletsOf(records));
  return { result, effects, eventId: entry.eventId };
}

/** No card takes the step: each has its own reason, or the one that holds for all. */
function refused(
  { part }: Chunk,
  { refusal, leftOut }: Extract<Decision, { kind: "REFUSED" }>,
): ChunkResult {
  const { code } = honest(refusal);
  const own = new Map(leftOut.map((one) => [one.cardId, one.refusal.code]));
  const cards = part.cardIds.map((cardId) => ({ cardId, code: own.get(cardId) ?? code }));
  return { cards: 0, leftOut: cards };
}

const resultOf = (outcome: NewOutcome): ChunkResult => JSON.parse(outcome.answer) as ChunkResult;

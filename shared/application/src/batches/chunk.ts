import type { Batch, CardCommand, CardId, Decision, OpId, Program, Situation } from "@scrip/domain";
import { decide, evolve } from "@scrip/domain";
import type { CardRecord, NewOutcome } from "@scrip/ports";
import { chunkOpId } from "@scrip/wire";
import { noEffects, type Effects } from "../keyed/attempt.ts";
import { honest, rulingThen, whatIsDue } from "../keyed/conclude.ts";
import { newEntry } from "../keyed/new-entry.ts";
import { againOnConflict } from "../keyed/on-conflict.ts";
import type { OperationPorts } from "../keyed/ports.ts";
import { effectsOf, together, walletsOf } from "../keyed/records.ts";
import { situationOf } from "../keyed/situation.ts";

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
  readonly load: () => Promise<Loaded>;
}

/** What a chunk is decided on, beside the terms that rule when it is. */
export interface Loaded {
  readonly batch: Batch;
  /** Its cards as they are now. */
  readonly records: readonly CardRecord[];
  /** Cards of the chunk that the rules do not see: left out, as if they were not there. */
  readonly strangers: readonly CardId[];
}

/** What a chunk's outcome keeps. */
export interface ChunkResult {
  /** Cards that took the step. */
  readonly cards: number;
  readonly leftOut: readonly { readonly cardId: CardId; readonly code: string }[];
}

/** Key of a part of a job. */
export const partKey = (
  { hash }: Pick<OperationPorts, "hash">,
  job: OpId,
  at: Pick<Part, "shard" | "chunk">,
): OpId => chunkOpId(hash, job, at);

/** Saves one chunk, once and for all: a chunk that has its outcome is left as it is. */
export const runChunk = (ports: OperationPorts, chunk: Chunk): Promise<ChunkResult> =>
  againOnConflict(async () => {
    const done = await ports.store.outcome(chunk.part.shard, chunk.opId);
    return done === undefined ? await attempt(ports, chunk) : resultOf(done);
  });

async function attempt(ports: OperationPorts, chunk: Chunk): Promise<ChunkResult> {
  const { shard } = chunk.part;
  const loaded = await chunk.load();
  const nowMs = ports.clock.nowMs();
  const program = ports.registry.ruling(loaded.batch.programId, nowMs);
  if (program === undefined) throw new Error(`batch ${loaded.batch.batchId} has no program`);
  const judged = judge(ports, { loaded, program, command: chunk.command(nowMs) });
  const { result, effects, eventId } =
    judged.decision.kind === "REFUSED"
      ? refused(chunk, loaded, { ...judged, decision: judged.decision })
      : accepted(ports, loaded, { ...judged, decision: judged.decision });
  const answer = JSON.stringify(result);
  const outcome: NewOutcome = { opId: chunk.opId, kind: "DONE", eventId, atMs: nowMs, answer };
  const saved = await ports.store.save({ shard, pointer: null, outcome, ...effects });
  if (saved.kind === "OUTCOME_EXISTS") return resultOf(saved.outcome);
  if (saved.kind !== "SAVED") throw new Error(`a chunk has no key and no claim: ${saved.kind}`);
  return result;
}

interface Given {
  readonly loaded: Loaded;
  readonly program: Program;
  readonly command: CardCommand;
}

/** What fell due before the step, and what the rules make of the step then. */
interface Judged<Decided extends Decision = Decision> {
  readonly due: Effects;
  readonly situation: Situation;
  readonly decision: Decided;
}

/** Cards that are due expire first, and are left out; all under the terms that rule at the event's own time. */
function judge(ports: OperationPorts, given: Given): Judged {
  const { loaded, program, command } = given;
  const { batch, records } = loaded;
  const cards = records.map(({ card }) => card);
  const before = situationOf(program, cards, { batch });
  const found = { situation: before, command, walletOf: walletsOf(records) };
  const { situation, effects: due } = whatIsDue(ports, found);
  const decision = decide(situation, command);
  const ruling = decision.kind === "ACCEPTED" ? rulingThen(ports, decision.event) : null;
  return ruling === null
    ? { due, situation, decision }
    : judge(ports, { ...given, program: ruling });
}

interface Made {
  readonly result: ChunkResult;
  readonly effects: Effects;
  readonly eventId: string | null;
}

function accepted(
  ports: OperationPorts,
  { records, strangers }: Loaded,
  judged: Judged<Extract<Decision, { kind: "ACCEPTED" }>>,
): Made {
  const { due, situation, decision } = judged;
  const { event, leftOut } = decision;
  const consequence = evolve(situation, event);
  const entry = newEntry(ports, event);
  const result: ChunkResult = {
    cards: consequence.cards.length,
    leftOut: [
      ...strangers.map(strange),
      ...leftOut.map(({ cardId, refusal }) => ({ cardId, code: refusal.code })),
    ],
  };
  const own = effectsOf(entry, consequence, walletsOf(records));
  const effects = due === noEffects ? own : together(due, own);
  return { result, effects, eventId: entry.eventId };
}

/** No card takes the step: each has its own reason, or the one that holds for all. */
function refused(
  { part }: Chunk,
  { strangers }: Loaded,
  { due, decision }: Judged<Extract<Decision, { kind: "REFUSED" }>>,
): Made {
  const { refusal, leftOut } = decision;
  const { code } = honest(refusal);
  const own = new Map<CardId, string>(leftOut.map((one) => [one.cardId, one.refusal.code]));
  for (const one of strangers.map(strange)) own.set(one.cardId, one.code);
  const cards = part.cardIds.map((cardId) => ({ cardId, code: own.get(cardId) ?? code }));
  return { result: { cards: 0, leftOut: cards }, effects: due, eventId: null };
}

const strange = (cardId: CardId) => ({ cardId, code: "CARD_NOT_FOUND" });

/** What the outcome of a chunk says. */
export const resultOf = (outcome: NewOutcome): ChunkResult =>
  JSON.parse(outcome.answer) as ChunkResult;

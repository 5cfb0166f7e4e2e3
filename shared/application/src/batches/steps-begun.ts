import type { Batch, OpId, ParticipantId } from "@scrip/domain";
import { shardOf } from "@scrip/domain";
import type { Outcome } from "@scrip/ports";
import type { BulkStepDone } from "@scrip/wire";
import { noEffects } from "../keyed/attempt.ts";
import type { OperationPorts } from "../keyed/ports.ts";
import { stepPlaceOf } from "./batch-records.ts";
import { stepsPerBatchMax } from "./limits.ts";
import type { BulkStep, StepAct } from "./step.ts";
import { bulkStepHash } from "./step.ts";

/** A step of a whole batch that is written down, so that any process can go on with it. */
export interface BegunStep {
  /** Its number within the batch, from 1. */
  readonly number: number;
  readonly step: BulkStep;
  readonly begunAtMs: number;
}

export type Begun =
  | { readonly kind: "BEGUN"; readonly begun: BegunStep }
  | { readonly kind: "KEY_REUSED" }
  /** The batch has had `stepsPerBatchMax` steps. */
  | { readonly kind: "TOO_MANY" };

/** What is written down of a step, beside its batch: all its cards take it. */
interface Written {
  readonly opId: OpId;
  readonly act: StepAct;
  readonly actor: ParticipantId;
  readonly distributor: ParticipantId;
  readonly named: ParticipantId | null;
}

/**
 * Writes a step of all cards of a batch down, together with the pointer of its key: whoever was told that it goes on
 * need not ask again. A step that stands there already is found as it was begun.
 */
export async function beginStep(
  ports: Pick<OperationPorts, "store" | "hash" | "clock">,
  step: BulkStep,
): Promise<Begun> {
  const { store } = ports;
  const { opId, batch, act, actor, distributor, named } = step;
  const pointer = {
    opId,
    bodyHash: bulkStepHash(ports.hash, step),
    decisionShard: shardOf(opId, store.shards),
  };
  const written: Written = { opId, act, actor, distributor, named };
  const answer = JSON.stringify(written);
  for (let number = 1; number <= stepsPerBatchMax; number += 1) {
    const place = stepPlaceOf(batch.batchId, number);
    const atMs = ports.clock.nowMs();
    const outcome = { opId: place, kind: "DONE", eventId: null, atMs, answer } as const;
    const standing = await store.outcome(store.shards, place);
    const saved =
      standing === undefined
        ? await store.save({ ...noEffects, shard: store.shards, pointer, outcome })
        : ({ kind: "OUTCOME_EXISTS", outcome: standing } as const);
    if (saved.kind === "KEY_REUSED") return saved;
    if (saved.kind === "SAVED") return { kind: "BEGUN", begun: { number, step, begunAtMs: atMs } };
    if (saved.kind === "CLAIM_TAKEN") throw new Error("a step claims no name");
    // The step's own outcome: another process began and did it since we looked. Its place is this one, or one behind.
    const raced = saved.outcome.opId === opId;
    const there = raced ? await store.outcome(store.shards, place) : saved.outcome;
    if (there === undefined) throw new Error(`step ${opId} is done and was never begun`);
    const found = begunOf(batch, number, there);
    if (found.step.opId !== opId) continue;
    const same = bulkStepHash(ports.hash, found.step) === pointer.bodyHash;
    return same ? { kind: "BEGUN", begun: found } : { kind: "KEY_REUSED" };
  }
  return { kind: "TOO_MANY" };
}

/** The steps that all cards of a batch were asked to take, in the order they were begun. */
export async function stepsBegun(
  { store }: Pick<OperationPorts, "store">,
  batch: Batch,
): Promise<BegunStep[]> {
  const steps: BegunStep[] = [];
  for (let number = 1; number <= stepsPerBatchMax; number += 1) {
    const outcome = await store.outcome(store.shards, stepPlaceOf(batch.batchId, number));
    if (outcome === undefined) break;
    steps.push(begunOf(batch, number, outcome));
  }
  return steps;
}

/** What a step led to; undefined while it goes on. */
export async function stepResult(
  { store }: Pick<OperationPorts, "store">,
  { opId }: BulkStep,
): Promise<BulkStepDone | undefined> {
  const outcome = await store.outcome(shardOf(opId, store.shards), opId);
  return outcome && (JSON.parse(outcome.answer) as BulkStepDone);
}

function begunOf(batch: Batch, number: number, { answer, atMs }: Outcome): BegunStep {
  const written = JSON.parse(answer) as Written;
  return { number, step: { ...written, batch, cards: "ALL" }, begunAtMs: atMs };
}

import type { Batch, CardCommand, CardId, OpId, ParticipantId } from "@scrip/domain";
import type { Hash } from "@scrip/merkle-log";
import { bodyHash, canonicalJson } from "@scrip/wire";

/** What a bulk step does with each of its cards. */
export type StepAct = "ACQUIRE" | "DISTRIBUTE";

/** Which cards a bulk step is about: all of its batch, or those named. */
export type Choice = "ALL" | readonly CardId[];

/** One step of many cards of a generated batch. */
export interface BulkStep {
  readonly opId: OpId;
  readonly batch: Batch;
  readonly cards: Choice;
  readonly act: StepAct;
  readonly actor: ParticipantId;
  /** Who takes the cards over, or who gives them out. */
  readonly distributor: ParticipantId;
  /** The distributor that the caller named, if any: a retry after others moved is the same request. */
  readonly named: ParticipantId | null;
}

/** Hash of what a bulk step was asked, for telling a retry from another request under the same key. */
export function bulkStepHash(hash: Hash, { act, named, batch, cards }: BulkStep): string {
  const chosen = cards === "ALL" ? "ALL" : [...cards].sort();
  const asked = { act: act.toLowerCase(), distributor: named, batchId: batch.batchId };
  return bodyHash(hash, canonicalJson({ ...asked, cards: chosen }));
}

/** The command of one chunk of a step, under the chunk's own key. */
export function commandOf(
  { act, actor, distributor }: BulkStep,
  opId: OpId,
  nowMs: number,
): CardCommand {
  switch (act) {
    case "ACQUIRE":
      return { type: "AcquireCards", nowMs, actor, opId, distributor };
    case "DISTRIBUTE":
      return { type: "DistributeCards", nowMs, actor, opId, distributor };
  }
}

import type { Finality, FinalityState } from "@scrip/ports";
import { eventProofPath, formatEventId } from "@scrip/wire";
import type { Receipts } from "../receipts/receipts.ts";
import { isRebuilt } from "../rebuilding/rebuilt-answer.ts";
import type { KeyedResult } from "./keyed.ts";

/** What an operation is answered with: its body, or a coded no. */
export type OperationAnswer =
  | { readonly kind: "DONE"; readonly body: object; readonly replayed: boolean }
  | {
      readonly kind: "NO";
      readonly code: string;
      readonly more: Readonly<Record<string, unknown>>;
      readonly replayed: boolean;
    };

/** What is told beside a stored outcome, and stored nowhere. */
export interface Answering {
  readonly finality: Finality;
  /** Null where no value moves for whoever asks, as in bulk steps and control operations: they answer without. */
  readonly receipts: Receipts | null;
}

/**
 * The stored outcome as it is answered now: `finality`, and the receipt or where the proof is, are never stored but
 * added here.
 * @param waitMs how long to wait for COMMITTED; 0: do not wait. On timeout the answer is the ordinary ACCEPTED one.
 */
export async function operationAnswer(
  result: KeyedResult,
  answering: Answering,
  waitMs: number,
): Promise<OperationAnswer> {
  switch (result.kind) {
    case "KEY_REUSED":
      return no("IDEMPOTENCY_KEY_REUSED");
    case "IN_PROGRESS":
      return no("IDEMPOTENCY_IN_PROGRESS");
    case "NOT_COMMITTED_YET":
      return no("NOT_COMMITTED_YET");
    case "OUTCOME":
      return await outcomeAnswer(result, answering, waitMs);
  }
}

type Reached = Extract<KeyedResult, { kind: "OUTCOME" }>;

async function outcomeAnswer(
  result: Reached,
  answering: Answering,
  waitMs: number,
): Promise<OperationAnswer> {
  const { outcome, replayed } = result;
  const answer = result.answer ?? (JSON.parse(outcome.answer) as object);
  if (outcome.kind === "DECLINED") {
    const { code, ...more } = answer as Record<string, unknown>;
    return { kind: "NO", code: String(code), more, replayed };
  }
  const { eventId } = outcome;
  if (eventId === null) return { kind: "DONE", body: answer, replayed };
  const { finality, receipts } = answering;
  // What was saved by this very call is not on the ledger yet; of anything from before it has to be asked.
  const known = result.entry === null ? await finality.of(eventId) : "ACCEPTED";
  if (isRebuilt(answer)) return notKept(eventId, known);
  const waits = known === "ACCEPTED" && waitMs > 0;
  const state = waits ? await finality.waitFor(eventId, waitMs) : known;
  // Named fields first, here and wherever many objects are made: a field that is added to a spread object costs two
  // microseconds and gives every one of them a shape of its own.
  const told = { eventId: formatEventId(eventId), finality: state };
  if (receipts === null) return { kind: "DONE", body: { ...told, ...answer }, replayed };
  const receipt = state === "ACCEPTED" ? await receipts.of(result) : null;
  return { kind: "DONE", body: { ...told, ...promised(eventId, receipt), ...answer }, replayed };
}

/** It was done, and is not done again: that, and by which event, is all that a rebuilt store knows of it. */
const notKept = (eventId: string, finality: FinalityState): OperationAnswer => ({
  kind: "NO",
  code: "ANSWER_NOT_KEPT",
  more: { eventId: formatEventId(eventId), finality },
  replayed: true,
});

/** Either the promise or where the proof is. An event that just left the outbox is proven in a moment. */
const promised = (eventId: string, receipt: string | null) => ({
  receipt,
  proof: receipt === null ? eventProofPath(formatEventId(eventId)) : null,
});

const no = (code: string): OperationAnswer => ({ kind: "NO", code, more: {}, replayed: false });

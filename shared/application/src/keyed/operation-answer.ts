import type { Finality } from "@scrip/ports";
import { formatEventId } from "@scrip/wire";
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

/**
 * The stored outcome as it is answered now: `finality` is never stored but added here.
 * @param waitMs how long to wait for COMMITTED; 0: do not wait. On timeout the answer is the ordinary ACCEPTED one.
 */
export async function operationAnswer(
  result: KeyedResult,
  finality: Finality,
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
      return await outcomeAnswer(result, finality, waitMs);
  }
}

async function outcomeAnswer(
  { outcome, replayed }: Extract<KeyedResult, { kind: "OUTCOME" }>,
  finality: Finality,
  waitMs: number,
): Promise<OperationAnswer> {
  const answer = JSON.parse(outcome.answer) as Record<string, unknown>;
  if (outcome.kind === "DECLINED") {
    const { code, ...more } = answer;
    return { kind: "NO", code: String(code), more, replayed };
  }
  const { eventId } = outcome;
  if (eventId === null) return { kind: "DONE", body: answer, replayed };
  const state = waitMs > 0 ? await finality.waitFor(eventId, waitMs) : finality.of(eventId);
  const body = { ...answer, eventId: formatEventId(eventId), finality: state };
  return { kind: "DONE", body, replayed };
}

const no = (code: string): OperationAnswer => ({ kind: "NO", code, more: {}, replayed: false });

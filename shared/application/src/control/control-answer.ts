import type { Finality } from "@scrip/ports";
import type { KeyedResult } from "../keyed/keyed.ts";
import { type OperationAnswer, operationAnswer } from "../keyed/operation-answer.ts";
import { controlWaitMs } from "./limits.ts";

/** A control operation's answer, and whether its event was COMMITTED within `controlWaitMs`. */
export async function controlAnswer(
  result: KeyedResult,
  finality: Finality,
): Promise<{ readonly answer: OperationAnswer; readonly committed: boolean }> {
  const answer = await operationAnswer(result, { finality, receipts: null }, controlWaitMs);
  const committed =
    answer.kind === "DONE" && "finality" in answer.body && answer.body.finality === "COMMITTED";
  return { answer, committed };
}

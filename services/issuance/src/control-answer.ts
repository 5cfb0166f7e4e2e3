import {
  controlWaitMs,
  operationAnswer,
  type KeyedResult,
  type OperationAnswer,
} from "@scrip/application";
import type { Finality } from "@scrip/ports";
import { sendAnswer } from "@scrip/service-kit";
import type { FastifyReply } from "fastify";

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

/** Answers a control operation: 201 once its event is COMMITTED, 202 when that takes longer than `controlWaitMs`. */
export async function sendControlAnswer(
  reply: FastifyReply,
  result: KeyedResult,
  finality: Finality,
): Promise<FastifyReply> {
  const { answer, committed } = await controlAnswer(result, finality);
  return sendAnswer(reply, answer, committed ? 201 : 202);
}

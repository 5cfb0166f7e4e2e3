import { controlAnswer, type KeyedResult } from "@scrip/application";
import type { Finality } from "@scrip/ports";
import { sendAnswer } from "@scrip/service-kit";
import type { FastifyReply } from "fastify";

/** Answers a control operation: 201 once its event is COMMITTED, 202 when that takes longer than `controlWaitMs`. */
export async function sendControlAnswer(
  reply: FastifyReply,
  result: KeyedResult,
  finality: Finality,
): Promise<FastifyReply> {
  const { answer, committed } = await controlAnswer(result, finality);
  return sendAnswer(reply, answer, committed ? 201 : 202);
}

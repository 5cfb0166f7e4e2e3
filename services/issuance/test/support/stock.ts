import { setTimeout as wait } from "node:timers/promises";
import type { BatchAnswer } from "@scrip/wire";
import type { Given } from "./given.ts";

export const goldProgram = {
  programId: "gold",
  kind: "GIFT_CARD",
  unit: "CNY",
  issuer: "acme",
  refundWindowDays: 30,
  showBalance: false,
} as const;

export const pointsProgram = {
  ...goldProgram,
  programId: "points",
  kind: "POINTS",
  unit: "PTS",
  backdatingDaysMax: 3_660,
} as const;

/** Opens a program as its issuer. */
export async function opened(given: Given, program: object = goldProgram): Promise<string> {
  const key = await given.keyOf("ISSUER");
  const answer = await given.post("/v1/programs", { key, body: program });
  if (answer.statusCode !== 201) throw new Error(`no program: ${answer.body}`);
  return key;
}

/** A batch of the program `gold`, generated. */
export async function stocked(
  given: Given,
  order: { count?: number; faceValue?: number; key?: string; expiresAt?: string } = {},
): Promise<{ key: string; at: string; batchId: string }> {
  const key = order.key ?? (await opened(given));
  const { count = 3, faceValue = 100, expiresAt } = order;
  const until = expiresAt === undefined ? {} : { expiresAt };
  const body = { programId: "gold", count, faceValue, ...until };
  const answer = await given.post("/v1/batches", { key, body });
  if (answer.statusCode !== 202) throw new Error(`no batch: ${answer.body}`);
  const { batchId } = answer.json<{ batch: { batchId: string } }>().batch;
  const at = `/v1/batches/${batchId}`;
  await generated(given, at, key);
  return { key, at, batchId };
}

export async function generated(given: Given, at: string, key: string): Promise<BatchAnswer> {
  for (;;) {
    const answer = (await given.get(at, key)).json<BatchAnswer>();
    if (answer.status === "GENERATED") return answer;
    await wait(2);
  }
}

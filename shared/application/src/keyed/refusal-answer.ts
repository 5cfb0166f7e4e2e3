import type { Refusal } from "@scrip/domain";

/** A refusal as it is kept and answered: amounts as numbers. */
export function refusalAnswer(refusal: Refusal): Record<string, string | number> {
  const answer: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(refusal) as [string, string | bigint][]) {
    answer[name] = typeof value === "bigint" ? Number(value) : value;
  }
  return answer;
}

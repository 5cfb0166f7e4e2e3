import type { BatchAnswer } from "@scrip/wire";

/** A batch in lines for people. */
export function describeBatch(batch: BatchAnswer): string[] {
  const { batchId, programId, count, faceValue, expiresAt, status, generated, steps } = batch;
  const facts: readonly (readonly [string, string])[] = [
    ["batch", `${batchId} of program ${programId}, ordered ${batch.createdAt}`],
    ["cards", `${number(count)}, each worth ${number(faceValue)} minor units`],
    ["expires", expiresAt ?? "never"],
    ["generated", `${number(generated)}${status === "GENERATED" ? "" : ", going on"}`],
    ...steps.map((step): [string, string] => [
      step.act === "ACQUIRE" ? "acquired" : "distributed",
      `${number(step.cards)} by ${step.distributor}, ${number(step.leftOutCount)} left out` +
        ` (step ${step.number}${step.status === "DONE" ? "" : ", going on"})`,
    ]),
  ];
  return facts.map(([name, value]) => `${name.padEnd(11)} ${value}`);
}

const number = (value: number): string => value.toLocaleString("en");

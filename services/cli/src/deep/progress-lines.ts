import type { Surroundings } from "../surroundings.ts";

/** How long nothing is said, and then how often something is, milliseconds. */
const firstAfterMs = 3_000;
const everyMs = 5_000;

/** Says now and then how far something is: nothing at all where it is done at once. */
export function progressLines({ err, nowMs }: Pick<Surroundings, "err" | "nowMs">) {
  let nextMs = nowMs() + firstAfterMs;
  return (where: string, { part, done, total }: { part: string; done: number; total: number }) => {
    if (nowMs() < nextMs) return;
    nextMs = nowMs() + everyMs;
    err(`${where}: ${done.toLocaleString("en")} of ${total.toLocaleString("en")} ${part}`);
  };
}

import type { Surroundings } from "../surroundings.ts";
import { progressEveryMs, progressFirstAfterMs } from "./limits.ts";

/** Says now and then how far something is: nothing at all where it is done at once. */
export function progressLines({ err, nowMs }: Pick<Surroundings, "err" | "nowMs">) {
  let nextMs = nowMs() + progressFirstAfterMs;
  return (where: string, { part, done, total }: { part: string; done: number; total: number }) => {
    if (nowMs() < nextMs) return;
    nextMs = nowMs() + progressEveryMs;
    err(`${where}: ${done.toLocaleString("en")} of ${total.toLocaleString("en")} ${part}`);
  };
}

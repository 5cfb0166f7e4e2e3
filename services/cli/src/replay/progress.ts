import cliProgress from "cli-progress";
import type { Surroundings } from "../surroundings.ts";
import { progressEveryMs } from "./limits.ts";

/** Shows how far a replay is, measured in bytes of its file. */
export interface Progress {
  advance(bytes: number, baskets: number): void;
  stop(): void;
}

/** A bar on a terminal; elsewhere a line now and then. */
export function progressOf(totalBytes: number, surroundings: Surroundings): Progress {
  const { terminal } = surroundings;
  return terminal === undefined
    ? lineProgress(totalBytes, surroundings)
    : barProgress(totalBytes, terminal);
}

function barProgress(totalBytes: number, stream: NodeJS.WriteStream): Progress {
  const bar = new cliProgress.SingleBar({
    format: "{bar} {percentage}% | {baskets} baskets | {duration_formatted}, {eta_formatted} to go",
    hideCursor: true,
    etaBuffer: 1_000,
    stream,
  });
  bar.start(totalBytes, 0, { baskets: 0 });
  return {
    advance: (bytes, baskets) => bar.increment(bytes, { baskets: baskets.toLocaleString("en") }),
    stop: () => bar.stop(),
  };
}

function lineProgress(totalBytes: number, { err, nowMs }: Surroundings): Progress {
  let doneBytes = 0;
  let toldMs = nowMs();
  return {
    advance(bytes, baskets) {
      doneBytes += bytes;
      if (nowMs() - toldMs < progressEveryMs) return;
      toldMs = nowMs();
      const percent = Math.floor((100 * doneBytes) / Math.max(1, totalBytes));
      err(`${percent}%, ${baskets.toLocaleString("en")} baskets`);
    },
    stop: () => undefined,
  };
}

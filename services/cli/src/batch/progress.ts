import cliProgress from "cli-progress";
import type { Surroundings } from "../surroundings.ts";
import { progressEveryMs } from "./limits.ts";

/** Shows how far something of many cards is. */
export interface Progress {
  to(cards: number): void;
  stop(): void;
}

/** A bar on a terminal; elsewhere a line now and then. `what` is a participle: "generated". */
export function progressOf(what: string, total: number, surroundings: Surroundings): Progress {
  const { terminal } = surroundings;
  return terminal === undefined
    ? lineProgress(what, total, surroundings)
    : barProgress(what, total, terminal);
}

function barProgress(what: string, total: number, stream: NodeJS.WriteStream): Progress {
  const bar = new cliProgress.SingleBar({
    format: `{bar} {percentage}% | {value} of {total} ${what} | {duration_formatted}, {eta_formatted} to go`,
    formatValue: (value, _options, type) =>
      type === "value" || type === "total" ? value.toLocaleString("en") : String(value),
    hideCursor: true,
    etaBuffer: 100,
    stream,
  });
  bar.start(total, 0);
  return { to: (cards) => bar.update(cards), stop: () => bar.stop() };
}

function lineProgress(what: string, total: number, { err, nowMs }: Surroundings): Progress {
  let toldMs = nowMs();
  return {
    to(cards) {
      if (nowMs() - toldMs < progressEveryMs) return;
      toldMs = nowMs();
      const percent = Math.floor((100 * cards) / Math.max(1, total));
      err(`${percent}%, ${cards.toLocaleString("en")} of ${total.toLocaleString("en")} ${what}`);
    },
    stop: () => undefined,
  };
}

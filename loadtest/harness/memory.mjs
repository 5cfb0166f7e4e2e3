import { readFileSync } from "node:fs";

const everyMs = 200;

/**
 * Memory of a process, megabytes. `whole` is what the kernel counts as resident; the pages of LMDB files that were
 * touched are in it, and are given back whenever somebody else needs the memory; `own` is without them.
 * @typedef {{ whole: number, own: number }} Memory
 */

/** Watches a process: the largest values seen, and what it has now. @param {number} pid */
export function watchMemory(pid) {
  /** @type {Memory} */
  const peak = { whole: 0, own: 0 };
  const look = () => {
    const now = memoryOf(pid);
    peak.whole = Math.max(peak.whole, now.whole);
    peak.own = Math.max(peak.own, now.own);
    return now;
  };
  const timer = setInterval(look, everyMs);
  return {
    peak,
    look,
    stop: () => clearInterval(timer),
  };
}

/** @param {number} pid @returns {Memory} zero when it is gone (proc(5)) */
function memoryOf(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const of = (/** @type {string} */ name) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0) / 1_024;
    return { whole: of("VmRSS"), own: of("RssAnon") };
  } catch {
    return { whole: 0, own: 0 };
  }
}

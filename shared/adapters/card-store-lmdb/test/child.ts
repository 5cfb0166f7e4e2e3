import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A process that opens a store and tells in lines what became of it. */
export interface Child {
  readonly process: ChildProcess;
  readonly lines: string[];
  /** Resolves with the first line that begins like this; rejects when the process ends before. */
  line(start: string): Promise<string>;
  /** Resolves with how it ended. */
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
}

const script = fileURLToPath(new URL("save-for-ever.ts", import.meta.url));

/** Runs `save-for-ever.ts` on a directory; `shell` comes before, to set the process's limits. */
export function startChild(directory: string, shell = ""): Child {
  const node = `exec "${process.execPath}" --conditions=source --import tsx "${script}" "${directory}"`;
  const child = spawn("sh", ["-c", `${shell} ${node}`], { stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  const waiting: { start: string; resolve: (line: string) => void }[] = [];
  const hear = (line: string): void => {
    lines.push(line);
    for (const { start, resolve } of waiting) if (line.startsWith(start)) resolve(line);
  };
  createInterface({ input: child.stdout }).on("line", hear);
  createInterface({ input: child.stderr }).on("line", hear);
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal }));
  const line = (start: string): Promise<string> => {
    const heard = lines.find((each) => each.startsWith(start));
    if (heard !== undefined) return Promise.resolve(heard);
    const next = new Promise<string>((resolve) => waiting.push({ start, resolve }));
    const never = ended.then(() => {
      throw new Error(`the process ended before it said ${start}: ${lines.join(" | ")}`);
    });
    return Promise.race([next, never]);
  };
  return { process: child, lines, line, ended };
}

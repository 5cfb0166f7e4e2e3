import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const main = join(import.meta.dirname, "..", "..", "services", "all", "dist", "main.js");

/** Keys of a data directory, by role. */
export type Keys = Readonly<
  Record<"issuer" | "distributor" | "acceptor" | "regulator" | "operator", string>
>;

/** A started system: its address, keys and process. */
export interface RunningScrip {
  readonly url: string;
  readonly keys: Keys;
  readonly dataDir: string;
  readonly process: ChildProcess;
  /** Standard output, line by line, so far. */
  readonly lines: readonly string[];
  /** Ends it as a crash would: at any line, nothing flushed. */
  kill(): Promise<void>;
  /** Ends it as Ctrl-C does. @returns the exit code */
  stop(): Promise<number | null>;
}

/** Starts the built one-process system on a free port and waits until it is ready (and, on a first start, has walked). */
export async function startScrip(
  dataDir: string,
  options: {
    readonly until?: "ready" | "serving";
    readonly env?: Record<string, string>;
    readonly logFile?: string;
  } = {},
): Promise<RunningScrip> {
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, SCRIP_DATA_DIR: dataDir, SCRIP_PORT: "0", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const errors: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => void errors.push(text));
  if (options.logFile !== undefined) {
    const log = createWriteStream(options.logFile, { flags: "a" });
    child.stdout.pipe(log);
    child.stderr.pipe(log);
  }
  const url = await readyUrl(child, { lines, errors, until: options.until ?? "serving" });
  const keys = JSON.parse(readFileSync(join(dataDir, "keys.json"), "utf8")) as Keys;
  const exited = once(child, "exit") as Promise<[number | null]>;
  return {
    url,
    keys,
    dataDir,
    process: child,
    lines,
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
    stop: async () => {
      child.kill("SIGINT");
      const [code] = await exited;
      return code;
    },
  };
}

async function readyUrl(
  child: ChildProcess,
  seen: { lines: string[]; errors: string[]; until: "ready" | "serving" },
): Promise<string> {
  if (child.stdout === null) throw new Error("no standard output");
  const reader = createInterface({ input: child.stdout });
  let url: string | undefined;
  return await new Promise((resolve, reject) => {
    reader.on("line", (line) => {
      seen.lines.push(line);
      url ??= /^ready (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1];
      if (url !== undefined && (seen.until === "ready" || line.startsWith("serving"))) resolve(url);
    });
    child.once("exit", (code) =>
      reject(new Error(`ended with ${code}: ${seen.errors.join("")}${seen.lines.join("\n")}`)),
    );
  });
}

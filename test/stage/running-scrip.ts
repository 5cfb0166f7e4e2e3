import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const main = join(import.meta.dirname, "..", "..", "services", "all", "dist", "main.js");
const spareMain = join(import.meta.dirname, "spare.mjs");

/** How long a start may take before a test gives up, milliseconds. */
const startMaxMs = 60_000;

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
  /** Waits until it has ended. @returns the exit code */
  ended(): Promise<number | null>;
}

export interface StartOptions {
  readonly until?: "ready" | "serving";
  readonly env?: Record<string, string>;
  /** Gets everything that the process prints. */
  readonly logFile?: string;
  /** A loaded process to use, from `loadSpare` with the same data directory. */
  readonly spare?: ChildProcess;
}

/** Starts the built one-process system on a free port and waits until it is ready (and, on a first start, has walked). */
export async function startScrip(
  dataDir: string,
  options: StartOptions = {},
): Promise<RunningScrip> {
  const child = options.spare ?? spawnOn(main, dataDir, options.env);
  const lines: string[] = [];
  const errors: string[] = [];
  child.stderr?.setEncoding("utf8").on("data", (text: string) => void errors.push(text));
  if (options.logFile !== undefined) {
    const log = createWriteStream(options.logFile, { flags: "a" });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    child.once("close", () => log.end());
  }
  const ready = readyUrl(child, { lines, errors, until: options.until ?? "serving" });
  if (options.spare !== undefined) child.stdin?.write("start\n");
  const url = await ready;
  const keys = JSON.parse(readFileSync(join(dataDir, "keys.json"), "utf8")) as Keys;
  const closed = once(child, "close");
  const ended = async (): Promise<number | null> => {
    await closed;
    return child.exitCode;
  };
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return await ended();
  };
  return {
    url,
    keys,
    dataDir,
    process: child,
    lines,
    kill: async () => void (await end("SIGKILL")),
    stop: () => end("SIGINT"),
    ended,
  };
}

/** A process that has loaded the system and waits: it has not touched the data directory yet. */
export function loadSpare(dataDir: string): ChildProcess {
  return spawnOn(spareMain, dataDir, {}, "pipe");
}

/** Starts the system where it cannot serve. @returns what it printed and its exit code */
export async function startInVain(
  dataDir: string,
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawnOn(main, dataDir);
  let [out, err] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    out += text;
    // It serves after all: the test then sees what it printed.
    if (out.includes("ready ")) child.kill("SIGKILL");
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (err += text));
  await once(child, "close");
  return { code: child.exitCode, out, err };
}

function spawnOn(
  script: string,
  dataDir: string,
  env: Record<string, string> = {},
  input: "ignore" | "pipe" = "ignore",
): ChildProcess {
  const options: SpawnOptions = {
    env: { ...process.env, SCRIP_DATA_DIR: dataDir, SCRIP_PORT: "0", ...env },
    stdio: [input, "pipe", "pipe"],
  };
  return spawn(process.execPath, [script], options);
}

async function readyUrl(
  child: ChildProcess,
  seen: { lines: string[]; errors: string[]; until: "ready" | "serving" },
): Promise<string> {
  if (child.stdout === null) throw new Error("no standard output");
  const reader = createInterface({ input: child.stdout });
  let url: string | undefined;
  return await new Promise((resolve, reject) => {
    const said = () => `${seen.errors.join("")}${seen.lines.join("\n")}`;
    const tooLong = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`not ready in ${startMaxMs} ms: ${said()}`));
    }, startMaxMs);
    reader.on("line", (line) => {
      seen.lines.push(line);
      url ??= /^ready (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1];
      if (url === undefined || !(seen.until === "ready" || line.startsWith("serving"))) return;
      clearTimeout(tooLong);
      resolve(url);
    });
    child.once("close", (code) => {
      clearTimeout(tooLong);
      reject(new Error(`ended with ${code}: ${said()}`));
    });
  });
}

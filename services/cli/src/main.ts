import { keepAliveFetch } from "./keep-alive-fetch.ts";
import { run } from "./run.ts";

/** The first Ctrl-C lets a command end in order; the second is the system's again. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  process.once("SIGINT", () => controller.abort());
  return controller.signal;
}

// Whoever reads a pipe may have read enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
  stdin: process.stdin,
  terminal: process.stderr.isTTY ? process.stderr : undefined,
  nowMs: () => Date.now(),
  fetch: keepAliveFetch(),
  interruption,
});

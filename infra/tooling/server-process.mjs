import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/*
 * One real server as a child of this process, whatever it serves.
 */

/**
 * @typedef {object} ServerOptions
 * @property {string} name What it is called when it does not start.
 * @property {string} command
 * @property {readonly string[]} args
 * @property {NodeJS.ProcessEnv} [env] Without one: that of this process.
 * @property {string} logFile What it prints is added to it.
 * @property {() => Promise<boolean>} answers Whether it can be asked by now.
 * @property {number} readyWithinMs
 * @property {number} readyPollMs
 */

/**
 * @typedef {object} ServerProcess
 * @property {number} pid
 * @property {Promise<number | null>} exited Its exit code, null after a signal.
 * @property {() => Promise<void>} stop As an operator stops it.
 * @property {() => Promise<void>} kill As a crash ends it: at any line.
 * @property {(signal: NodeJS.Signals) => void} signal
 */

const logLinesMax = 20;

/** Servers of this process, to be ended with it. @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/**
 * Resolves when the server answers. It ends with this process.
 * @param {ServerOptions} options
 * @returns {Promise<ServerProcess>}
 * @throws {Error} with its last lines of log
 */
export async function startServer(options) {
  const { name, command, args, env, logFile } = options;
  const log = openSync(logFile, "a");
  const child = spawn(command, args, { stdio: ["ignore", log, log], ...(env && { env }) });
  closeSync(log);
  running.add(child);
  const exited = new Promise((/** @type {(code: number | null) => void} */ resolve) => {
    child.on("error", () => resolve(null));
    child.on("close", (code) => resolve(code));
  });
  void exited.then(() => running.delete(child));
  const end = async (/** @type {NodeJS.Signals} */ signal) => {
    child.kill(signal);
    await exited;
  };
  try {
    await ready(options, exited);
  } catch (error) {
    await end("SIGKILL");
    const lines = (await readFile(logFile, "utf8")).trimEnd().split("\n").slice(-logLinesMax);
    throw new Error(`the ${name} did not start:\n${lines.join("\n")}`, { cause: error });
  }
  return {
    pid: child.pid ?? 0,
    exited,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    signal: (signal) => void child.kill(signal),
  };
}

/** @param {ServerOptions} options @param {Promise<unknown>} exited */
async function ready({ answers, readyWithinMs, readyPollMs }, exited) {
  let ended = false;
  void exited.then(() => (ended = true));
  const deadlineMs = Date.now() + readyWithinMs;
  while (!(await answers())) {
    if (ended) throw new Error("it ended");
    if (Date.now() > deadlineMs) throw new Error(`it gave no answer for ${readyWithinMs} ms`);
    await sleep(readyPollMs);
  }
}

import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePorts } from "../tooling/free-ports.mjs";
import { ask } from "./ask.mjs";

/*
 * Starts and stops one real Redis server on 127.0.0.1, with the settings of redis.conf.
 */

/** @typedef {{ readonly server: string, readonly env: Readonly<Record<string, string>> }} RedisProgram */

/**
 * @typedef {object} RedisOptions
 * @property {RedisProgram} redis As the provisioned tool is found.
 * @property {string} dataDir Made when it is not there; what an earlier server left there is loaded.
 * @property {number} [port] Without one: a free one.
 * @property {Readonly<Record<string, string | number>>} [settings] Beside those of redis.conf, or instead of them.
 */

/**
 * @typedef {object} RunningRedis
 * @property {number} pid
 * @property {number} port
 * @property {string} dataDir
 * @property {Promise<number | null>} exited Its exit code, null after a signal.
 * @property {() => Promise<void>} stop As an operator stops it.
 * @property {() => Promise<void>} kill As a crash ends it: at any line.
 * @property {(signal: NodeJS.Signals) => void} signal
 */

const readyWithinMs = 30_000;
const readyPollMs = 10;
const logLinesMax = 20;
const startsMax = 3;
const settingsFile = join(import.meta.dirname, "redis.conf");

/** Servers of this process, to be ended with it. @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/**
 * Starts a server and waits until it answers.
 * @param {RedisOptions} options
 * @returns {Promise<RunningRedis>}
 * @throws {Error} with the server's last words
 */
export async function startRedis(options) {
  await mkdir(options.dataDir, { recursive: true });
  if (options.port !== undefined) return await start(options, options.port);
  for (let nth = 1; ; nth += 1) {
    const [port = 0] = await freePorts(1);
    try {
      return await start(options, port);
    } catch (error) {
      // Somebody else may have taken the port meanwhile.
      if (nth === startsMax || !String(error).includes("bind")) throw error;
    }
  }
}

/**
 * @param {RedisOptions} options
 * @param {number} port
 * @returns {Promise<RunningRedis>}
 */
async function start({ redis, dataDir, settings = {} }, port) {
  const logFile = join(dataDir, "redis.log");
  const log = openSync(logFile, "a");
  const own = Object.entries({ port, dir: dataDir, ...settings });
  const args = own.flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(redis.server, [settingsFile, ...args], {
    stdio: ["ignore", log, log],
    env: { ...process.env, ...redis.env },
  });
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
    await ready(port, exited);
  } catch (error) {
    await end("SIGKILL");
    const lines = (await readFile(logFile, "utf8")).trimEnd().split("\n").slice(-logLinesMax);
    throw new Error(`the Redis server did not start:\n${lines.join("\n")}`, { cause: error });
  }
  return {
    pid: child.pid ?? 0,
    port,
    dataDir,
    exited,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    signal: (signal) => void child.kill(signal),
  };
}

/**
 * Resolves when the server has loaded its data and answers; one that asks for a password has come as far.
 * @param {number} port
 * @param {Promise<unknown>} exited
 */
async function ready(port, exited) {
  let ended = false;
  void exited.then(() => (ended = true));
  const deadlineMs = Date.now() + readyWithinMs;
  for (;;) {
    const said = await ask(port, ["PING"]).catch(() => "");
    if (said === "PONG" || said.startsWith("-NOAUTH")) return;
    if (ended) throw new Error("it ended");
    if (Date.now() > deadlineMs) throw new Error(`it gave no answer for ${readyWithinMs} ms`);
    await sleep(readyPollMs);
  }
}

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { freePorts } from "../tooling/free-ports.mjs";
import { startServer } from "../tooling/server-process.mjs";
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
 * @typedef {import("../tooling/server-process.mjs").ServerProcess & {
 *   readonly port: number, readonly dataDir: string }} RunningRedis
 */

const readyWithinMs = 30_000;
const readyPollMs = 10;
const startsMax = 3;
const settingsFile = join(import.meta.dirname, "redis.conf");

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
  const own = Object.entries({ port, dir: dataDir, ...settings });
  const server = await startServer({
    name: "Redis server",
    command: redis.server,
    args: [settingsFile, ...own.flatMap(([name, value]) => [`--${name}`, String(value)])],
    env: { ...process.env, ...redis.env },
    logFile: join(dataDir, "redis.log"),
    answers: () => answers(port),
    readyWithinMs,
    readyPollMs,
  });
  return { ...server, port, dataDir };
}

/**
 * Whether the server has loaded its data and answers; one that asks for a password has come as far.
 * @param {number} port
 */
async function answers(port) {
  const said = await ask(port, ["PING"]).catch(() => "");
  return said === "PONG" || said.startsWith("-NOAUTH");
}

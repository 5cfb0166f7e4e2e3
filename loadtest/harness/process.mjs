import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const probe = new URL("probe.mjs", import.meta.url).href;
const readyMaxMs = 60_000;
const stopMaxMs = 30_000;
/** What a process says on its standard output when it takes work; its address, if it has one, is the first group. */
const readyOutput = /^ready(?: (\S+))?$/m;

/**
 * A Node process that the bench started, and alone ends.
 * @typedef {object} BenchProcess
 * @property {string} url where it listens; empty when it does not
 * @property {(question: string, given?: unknown) => Promise<any>} ask
 * @property {() => Promise<void>} stop
 * @property {() => Promise<void>} kill as a crash would: at any line, nothing flushed
 * @property {number} pid
 */

/**
 * Starts a script with the probe and waits until it is ready.
 * @param {URL} script
 * @param {{ args?: string[], env?: Record<string, string>, readyWhen?: RegExp }} [given]
 * @returns {Promise<BenchProcess>}
 */
export async function startProcess(script, given = {}) {
  const { args = [], env = {}, readyWhen = readyOutput } = given;
  const child = spawn(process.execPath, ["--import", probe, fileURLToPath(script), ...args], {
    env: { ...process.env, NODE_ENV: "production", ...env },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const ask = questions(child);
  const url = await ready(child, script, readyWhen);
  return { url, ask, stop: () => stop(child), kill: () => kill(child), pid: child.pid ?? 0 };
}

/** @param {import("node:child_process").ChildProcess} child */
function questions(child) {
  /** @type {Map<number, (message: { value?: unknown, fault?: string }) => void>} */
  const open = new Map();
  let asked = 0;
  child.on("message", (/** @type {any} */ message) => {
    open.get(message.id)?.(message);
    open.delete(message.id);
  });
  child.on("exit", (code, signal) => {
    const fault = `the process ended with ${code ?? signal} before it answered`;
    for (const settle of open.values()) settle({ fault });
  });
  return (/** @type {string} */ question, /** @type {unknown} */ given) =>
    new Promise((resolve, reject) => {
      const id = (asked += 1);
      open.set(id, ({ value, fault }) =>
        fault === undefined ? resolve(value) : reject(new Error(`${question}: ${fault}`)),
      );
      child.send({ id, question, given });
    });
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {URL} script
 * @param {RegExp} readyWhen
 * @returns {Promise<string>}
 */
function ready(child, script, readyWhen) {
  return new Promise((resolve, reject) => {
    let output = "";
    const timer = setTimeout(() => fail(`was not ready after ${readyMaxMs} ms`), readyMaxMs);
    const fail = (/** @type {string} */ reason) => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      reject(new Error(`${fileURLToPath(script)} ${reason}\n${output}`));
    };
    const tooSoon = (/** @type {number | null} */ code) =>
      fail(`ended with ${code} before it was ready`);
    child.once("exit", tooSoon);
    child.stdout?.setEncoding("utf8").on("data", (text) => {
      if (output.length < 10_000) output += text;
      const found = readyWhen.exec(output);
      if (found === null) return;
      clearTimeout(timer);
      child.off("exit", tooSoon);
      resolve(found[1] ?? "");
    });
  });
}

/** @param {import("node:child_process").ChildProcess} child */
async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), stopMaxMs);
  await ended;
  clearTimeout(timer);
}

/** @param {import("node:child_process").ChildProcess} child */
async function kill(child) {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

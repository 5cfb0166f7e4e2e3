import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../tooling/install.mjs";

/**
 * A program from outside that tests and the cluster run: one file of `tools/` each, listed in `provision.mjs`.
 * `find` looks for what is there already and changes nothing; `install` brings it into `.scrip/tools`.
 * @template {Found} [F=Found]
 * @typedef {object} Tool
 * @property {string} name
 * @property {string} describe What it is, with the version that is needed.
 * @property {() => Promise<F | Missing>} find
 * @property {(progress: (line: string) => void) => Promise<void>} install Throws an Error that says what is missing and
 *   how to get it; nothing is left half done.
 */

/** @typedef {{ readonly version: string }} Found And what it takes to start it. */
/** @typedef {{ readonly missing: string }} Missing Why it cannot be had, in one line. */

/** Where tools are brought to. */
export const toolsFolder = join(root, ".scrip/tools");

const outputBytesMax = 10_000_000;

/**
 * Runs a program to its end.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {import("node:child_process").ExecFileOptions} [options]
 * @returns {Promise<string>} what it printed
 * @throws {Error} with its last words, when it is not there or fails
 */
export async function outputOf(file, args, options = {}) {
  try {
    const all = { ...options, maxBuffer: outputBytesMax, encoding: /** @type {const} */ ("utf8") };
    return (await promisify(execFile)(file, args, all)).stdout;
  } catch (error) {
    const { stderr = "", message } = /** @type {Error & { stderr?: string }} */ (error);
    const lastWords = stderr.trim().split("\n").slice(-3).join("\n");
    throw new Error(`${file}: ${lastWords || message}`, { cause: error });
  }
}

/**
 * @param {string} version dotted numbers
 * @param {string} least
 */
export function isAtLeast(version, least) {
  const [have, need] = [version, least].map((text) => text.split(".").map(Number));
  for (const [nth, number] of (need ?? []).entries()) {
    const own = have?.[nth] ?? 0;
    if (own !== number) return own > number;
  }
  return true;
}

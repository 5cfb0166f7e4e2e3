import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./install.mjs";

/**
 * @typedef {{ dir: string, manifest: { name: string, exports?: Record<string, { source?: string, default?: string }>,
 *   dependencies?: Record<string, string>, devDependencies?: Record<string, string> } }} Workspace
 */

/** Every workspace package, `dir` relative to the root. @returns {Workspace[]} */
export function workspaces() {
  const { workspaces: patterns } = readJson("package.json");
  return patterns.flatMap((/** @type {string} */ pattern) => {
    const parent = pattern.replace(/\/\*$/, "");
    if (!existsSync(join(root, parent))) return [];
    return readdirSync(join(root, parent))
      .sort()
      .map((name) => `${parent}/${name}`)
      .filter((dir) => existsSync(join(root, dir, "package.json")))
      .map((dir) => ({ dir, manifest: readJson(`${dir}/package.json`) }));
  });
}

/** @param {string} path relative to the root */
function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}

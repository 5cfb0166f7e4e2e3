import { mkdirSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** On the disk of the repository, never in memory: an fsync must be one. */
const parent = fileURLToPath(new URL("../../node_modules/.cache/", import.meta.url));

// Linux's TMPFS_MAGIC and RAMFS_MAGIC (statfs(2)).
const inMemory = new Set([0x01021994, 0x858458f6]);

/** @type {Set<string>} */
const made = new Set();
process.on("exit", () => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

/**
 * A new directory, removed when the bench ends.
 * @param {string} name
 */
export function newPlace(name) {
  mkdirSync(parent, { recursive: true });
  if (inMemory.has(statfsSync(parent).type))
    throw new Error(`${parent} lies in memory: figures with fsync would mean nothing there`);
  const path = mkdtempSync(`${parent}scrip-bench-${name}-`);
  made.add(path);
  return path;
}

/** @param {string} path made by `newPlace` */
export function removePlace(path) {
  rmSync(path, { recursive: true, force: true });
  made.delete(path);
}

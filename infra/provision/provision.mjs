import { pathToFileURL } from "node:url";
import * as kafka from "./tools/kafka.mjs";
import * as redis from "./tools/redis.mjs";

/*
 * Brings the servers that tests and the cluster run: what is there is left alone, nothing outside `.scrip` is changed.
 * `npm run provision -- NAME …` brings those alone.
 */

/** @type {readonly import("./tool.mjs").Tool[]} */
const tools = [redis, kafka];

/**
 * Brings what is missing, and says what cannot be had.
 * @param {readonly string[]} names of tools; none: all
 * @returns {Promise<number>} how many could not be had
 */
export async function provision(names) {
  const known = tools.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`no tool is called ${unknown.join(", ")}; there are: ${known.join(", ")}`);
  let failed = 0;
  for (const tool of tools) {
    if (names.length === 0 || names.includes(tool.name)) failed += (await provide(tool)) ? 0 : 1;
  }
  return failed;
}

/** @param {import("./tool.mjs").Tool} tool */
async function provide(tool) {
  const progress = (/** @type {string} */ line) => console.log(`${tool.name}: ${line}`);
  let found = await tool.find();
  if ("missing" in found) {
    const startedMs = Date.now();
    progress(`bringing ${tool.describe}`);
    try {
      await tool.install(progress);
    } catch (error) {
      console.error(`${tool.name}: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
    progress(`took ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
    found = await tool.find();
  }
  if ("missing" in found) console.error(`${tool.name}: ${found.missing}`);
  else progress(`${found.version} is here`);
  return !("missing" in found);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    process.exitCode = (await provision(process.argv.slice(2))) === 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  }
}

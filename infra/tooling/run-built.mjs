import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { prepare } from "./build.mjs";

const [script, ...args] = process.argv.slice(2);
if (script === undefined) {
  console.error("usage: node infra/tooling/run-built.mjs SCRIPT [ARGUMENTS]");
  process.exit(2);
}
await prepare();
const path = resolve(script);
process.argv.splice(1, process.argv.length - 1, path, ...args);
await import(pathToFileURL(path).href);

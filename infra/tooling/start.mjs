import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { prepare } from "./build.mjs";
import { root } from "./install.mjs";

await prepare();
const main = join(root, "services/all/dist/main.js");
if (!existsSync(main)) {
  console.error("services/all has no src/main.ts to start.");
  process.exit(1);
}
// In this very process: Ctrl-C and SIGTERM reach the services themselves, and no loader stands between.
await import(pathToFileURL(main).href);

import { createInterface } from "node:readline";
import { openCallerReader } from "../src/index.ts";

// Says, each time it is asked, whom a key belongs to.
const [directory = "", chainId = "", hash = ""] = process.argv.slice(2);
const callers = openCallerReader({ directory, chainId });
for await (const _line of createInterface({ input: process.stdin })) {
  console.log((await callers.find(hash))?.participantId ?? "nobody");
}
await callers.close();

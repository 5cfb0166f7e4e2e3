import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { actTogether } from "./act-together.ts";

// Waits for a word, acts beside the other processes and says what it saw.
const [directory = "", chainId = ""] = process.argv.slice(2);
console.log("ready");
await once(process.stdin, "data");
const seen = await actTogether(
  { directory, chainId },
  { randomBytes: (count) => randomBytes(count) },
);
console.log(JSON.stringify(seen));

import { openCallerDirectory } from "../src/index.ts";

// Revokes one key in a directory that another process has open, and says what came of it.
const [directory = "", chainId = "", keyId = ""] = process.argv.slice(2);
const callers = openCallerDirectory({ directory, chainId });
const { kind } = await callers.revoke(keyId, 5_000);
await callers.close();
console.log(kind);

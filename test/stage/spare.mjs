// A process that has loaded the whole system and touched nothing of the data directory; it starts on the first byte of
// its standard input. Loading the modules is most of a start, so tests that restart often keep one ready.
import { once } from "node:events";

const dist = new URL("../../services/all/dist/", import.meta.url);
await import(new URL("index.js", dist).href);
await once(process.stdin, "data");
process.stdin.destroy();
await import(new URL("main.js", dist).href);

// Run by shutdown.test.ts as a process of its own: it serves, says where, and stops on a signal.
import { Registry } from "prom-client";
import { buildApp, Closing, createLogger, Lifecycle, stopOnSignals } from "../src/index.ts";

const nobody = { find: () => Promise.resolve(undefined) };
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const lifecycle = new Lifecycle();
const app = await buildApp({
  api: { title: "Stopping", version: "1.0.0" },
  callers: nobody,
  logger: createLogger({ service: "stopping", level: "silent" }),
  registry: new Registry(),
  lifecycle,
});
let release: (() => void) | undefined;
app.get("/slow", { config: { access: "PUBLIC" } }, async () => {
  say("slow begun");
  await new Promise<void>((resolve) => (release = resolve));
  return { stopping: lifecycle.stopping };
});
app.addHook("preClose", (done) => {
  say("closing");
  done();
  release?.();
});
const closing = new Closing();
closing.add("store", () => Promise.resolve(say("store closed")));
closing.add("relay", () => Promise.resolve(say("relay closed")));
if (process.argv[2] === "broken") closing.add("log", () => Promise.reject(new Error("full")));
stopOnSignals({ app, lifecycle, closing });
say(`at ${await app.listen({ host: "127.0.0.1", port: 0 })}`);

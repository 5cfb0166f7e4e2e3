import { existsSync, mkdirSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { ScripClient, walk, type RoleKeys } from "@scrip/client";
import { PortError } from "@scrip/ports";
import { ledgerScript } from "@scrip/local-ledger";
import {
  Closing,
  ConfigError,
  createLogger,
  type DataDirectory,
  keepPolicy,
  Lifecycle,
  localApiKeys,
  openDataDirectory,
  replaceFile,
  stopOnSignals,
} from "@scrip/service-kit";
import { KeyFileError } from "@scrip/signing";
import { toHex } from "@scrip/wire";
import { composeAll } from "./compose.ts";
import { configOf, type Config } from "./config.ts";
import { openAdapters, type Adapters } from "./container.ts";

const host = "127.0.0.1";
const runIdBytes = 4;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const sayStopping = (): void =>
  print("stopping: requests under way are answered and stores closed; Ctrl-C again ends at once");

/** Starts everything on one port, walks one card on the first start, serves until a signal. */
async function run(config: Config): Promise<void> {
  const directory = openDataDirectory(config.dataDir);
  const logger = createLogger({ service: "scrip", level: config.logLevel });
  const closing = new Closing();
  const lifecycle = new Lifecycle();
  const adapters = await openAdapters(directory, closing, ledgerScript());
  await localApiKeys(adapters.callers, directory.path("keys.json"));
  keepPolicy(directory.path("policy.txt"), adapters.policy);
  const { chainId } = directory.settings;
  const { logWithinMs } = config;
  const app = await composeAll({ adapters, chainId, logWithinMs, logger, lifecycle, closing });
  await app.listen({ host, port: config.port });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, sayStopping);
  stopOnSignals({ app, lifecycle, closing });

  const { port } = app.server.address() as AddressInfo;
  const url = `http://${host}:${port}`;
  print(`ready ${url}`);
  print(`data in ${config.dataDir}; API keys in ${directory.path("keys.json")}`);
  print(
    "Four local keys sign this ledger: a rehearsal of a quorum, not Byzantine fault tolerance.",
  );
  try {
    await firstWalk(directory, url, adapters);
  } catch (error) {
    // Ctrl-C in the middle of it: the shutdown under way ends the process, in order. The next start walks anew.
    if (lifecycle.stopping) return;
    throw error;
  }
  print("serving; Ctrl-C stops");
}

/** The first start of a data directory shows one card's whole way, and leaves its proof behind. */
async function firstWalk({ path }: DataDirectory, url: string, adapters: Adapters): Promise<void> {
  const proofFile = path("walk", "proof.txt");
  if (existsSync(proofFile)) return;
  mkdirSync(path("walk"), { recursive: true });
  const { clock, identity, policy, suite } = adapters;
  const { proof } = await walk({
    client: new ScripClient({ baseUrl: url }),
    keys: JSON.parse(readFileSync(path("keys.json"), "utf8")) as RoleKeys,
    policy,
    suite,
    nowMs: () => clock.nowMs(),
    runId: toHex(identity.randomBytes(runIdBytes)),
    print,
  });
  replaceFile(proofFile, proof);
  print(`proof saved: npx scrip verify ${proofFile} --policy ${path("policy.txt")}`);
}

/** One clear line for what is wrong with the world or the settings; a stack only for what is our own fault. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof PortError || error instanceof KeyFileError) {
    return `scrip: ${error.message}`;
  }
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    return `scrip: the port is in use; choose another with SCRIP_PORT (${error.message})`;
  }
  return `scrip: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

try {
  await run(configOf(process.env));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}
